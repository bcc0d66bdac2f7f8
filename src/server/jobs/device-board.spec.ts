import type { WaitingSegment } from '../../engine/schedule.js';
import { DeviceBoard } from './device-board.js';

const model = { id: 'scenes', memoryMiB: 900, loadMs: 1000 };

function segment(id: string, models = [model]): WaitingSegment {
  return {
    id,
    jobId: 'job_1',
    caller: 'user_1',
    weight: 1,
    target: 'accelerator',
    models,
    workingMiB: 100,
    estimateMs: 2000,
    readyAt: 0,
  };
}

function boardWith(): DeviceBoard {
  const board = new DeviceBoard();
  board.add({ id: 'cpu:0', kind: 'cpu', memoryMiB: 4000 });
  board.add({ id: 'host:0', kind: 'host', memoryMiB: 1000 });
  return board;
}

function stateOf(board: DeviceBoard, id = 'cpu:0') {
  return board.states().find((device) => device.id === id)!;
}

const loading = { segmentId: 'a', deviceId: 'cpu:0', load: ['scenes'], evict: [] };

describe('what the devices hold and do', () => {
  test('a started segment occupies its device with its models until it ends', () => {
    const board = boardWith();
    board.start(loading, segment('a'), 0);
    expect(stateOf(board).running).toEqual({ segmentId: 'a', workingMiB: 100, endsAt: 3000 });
    expect(stateOf(board).resident).toMatchObject([{ id: 'scenes', inUse: true, uses: 1 }]);

    board.end('cpu:0', 2500);
    expect(stateOf(board).running).toBeNull();
    expect(stateOf(board).resident).toMatchObject([{ id: 'scenes', inUse: false }]);
  });

  test('a model that was loaded is there for the next segment, which counts as another use', () => {
    const board = boardWith();
    board.start(loading, segment('a'), 0);
    board.end('cpu:0', 3000);
    board.start({ ...loading, segmentId: 'b', load: [] }, segment('b'), 4000);
    expect(stateOf(board).resident).toMatchObject([{ id: 'scenes', uses: 2, usedAt: 4000 }]);
    expect(stateOf(board).running).toMatchObject({ endsAt: 6000 });
  });

  test('an evicted model is gone', () => {
    const board = boardWith();
    board.start(loading, segment('a'), 0);
    board.end('cpu:0', 1);
    board.start({ segmentId: 'b', deviceId: 'cpu:0', load: [], evict: ['scenes'] }, segment('b', []), 2);
    expect(stateOf(board).resident).toEqual([]);
  });

  test('a model counts with what it really took when that is more than it declares', () => {
    const board = boardWith();
    board.start(loading, segment('a'), 0);
    board.loaded('cpu:0', 'scenes', { ms: 700, totalMs: 700, memoryMiB: 1200 });
    expect(stateOf(board).resident).toMatchObject([{ memoryMiB: 1200, loadMs: 700 }]);
    board.loaded('cpu:0', 'scenes', { ms: 700, totalMs: 700, memoryMiB: 10 });
    expect(stateOf(board).resident).toMatchObject([{ memoryMiB: 1200 }]);
  });

  test('a load starts the account of what was served since anew, and is no part of it', () => {
    const board = boardWith();
    board.start(loading, segment('a'), 0);
    board.loaded('cpu:0', 'scenes', { ms: 1500, totalMs: 1500, memoryMiB: 900 });
    board.end('cpu:0', 5000);
    expect(stateOf(board)).toMatchObject({ servedMsSinceLoad: 3500, lastLoadMs: 1500 });
    board.start(loading, segment('b', [{ ...model, id: 'other' }]), 6000);
    expect(stateOf(board)).toMatchObject({ servedMsSinceLoad: 0, lastLoadMs: 1000 });
  });

  test('a device has a segment from its start until it is free again', () => {
    const board = boardWith();
    board.start(loading, segment('a'), 0);
    expect([board.isOn('cpu:0', 'a'), board.isOn('cpu:0', 'b'), board.isOn('host:0', 'a')]).toEqual([
      true,
      false,
      false,
    ]);
    board.lost('cpu:0', 1);
    expect(board.isOn('cpu:0', 'a')).toBe(false);
  });

  test('a lost worker takes its models along and is not available until another one is', () => {
    const board = boardWith();
    board.start(loading, segment('a'), 0);
    board.lost('cpu:0', 10);
    expect(stateOf(board)).toMatchObject({ running: null, resident: [], available: false });
    board.available('cpu:0');
    expect(stateOf(board).available).toBe(true);
  });
});
