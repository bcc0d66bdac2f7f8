import { finished, started } from '../../engine/residency.js';
import type { Decision, DeviceState, WaitingSegment } from '../../engine/schedule.js';

interface Occupation {
  segmentId: string;
  startedAt: number;
  /** what its models have taken to load */
  loadingMs: number;
}

/** What every device holds and does, as the scheduling policy wants to see it. Times in ms of `now`. */
export class DeviceBoard {
  private readonly devices = new Map<string, DeviceState>();
  private readonly occupied = new Map<string, Occupation>();

  add(device: Pick<DeviceState, 'id' | 'kind' | 'memoryMiB'>): void {
    this.devices.set(device.id, {
      ...device,
      resident: [],
      running: null,
      servedMsSinceLoad: 0,
      lastLoadMs: 0,
      available: true,
    });
  }

  states(): DeviceState[] {
    return [...this.devices.values()];
  }

  /** Whether the device has been given this segment and is not free again. */
  isOn(deviceId: string, segmentId: string): boolean {
    return this.occupied.get(deviceId)?.segmentId === segmentId;
  }

  start({ deviceId, evict }: Decision, segment: WaitingSegment, now: number): void {
    this.devices.set(deviceId, started(this.device(deviceId), segment, evict, now));
    this.occupied.set(deviceId, { segmentId: segment.id, startedAt: now, loadingMs: 0 });
  }

  /**
   * Parts of a model were loaded, in `ms`; all of it that is there has taken `totalMs`. What it takes replaces what was declared where
   * it is more.
   */
  loaded(
    deviceId: string,
    modelId: string,
    { ms, totalMs, memoryMiB }: { ms: number; totalMs: number; memoryMiB: number },
  ): void {
    const device = this.device(deviceId);
    const occupation = this.occupied.get(deviceId);
    const model = device.resident.find(({ id }) => id === modelId);
    if (model === undefined || occupation === undefined) return;
    Object.assign(model, { loadMs: totalMs, memoryMiB: Math.max(model.memoryMiB, memoryMiB) });
    occupation.loadingMs += ms;
    device.lastLoadMs = occupation.loadingMs;
  }

  /** The device is free again. */
  end(deviceId: string, now: number): void {
    const { startedAt = now, loadingMs = 0 } = this.occupied.get(deviceId) ?? {};
    this.occupied.delete(deviceId);
    this.devices.set(deviceId, finished(this.device(deviceId), Math.max(now - startedAt - loadingMs, 0)));
  }

  /** The worker is gone and everything it held with it. */
  lost(deviceId: string, now: number): void {
    this.end(deviceId, now);
    const nothing = { resident: [], available: false, servedMsSinceLoad: 0, lastLoadMs: 0 };
    this.devices.set(deviceId, { ...this.device(deviceId), ...nothing });
  }

  available(deviceId: string): void {
    this.device(deviceId).available = true;
  }

  private device(deviceId: string): DeviceState {
    const device = this.devices.get(deviceId);
    if (device === undefined) throw new Error(`unknown device ${deviceId}`);
    return device;
  }
}
