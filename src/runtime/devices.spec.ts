import { parseDevices } from './devices.js';

const machine = { memoryMiB: 16_000, cards: [], hostWorkers: 2 };
const hosts = [
  { id: 'host:0', kind: 'host', memoryMiB: 2000 },
  { id: 'host:1', kind: 'host', memoryMiB: 2000 },
];

describe('parseDevices', () => {
  it('takes the CPU with half of the memory, and the workers with a quarter among them, when left alone', () => {
    expect(parseDevices('auto', machine)).toEqual([{ id: 'cpu:0', kind: 'cpu', memoryMiB: 8000 }, ...hosts]);
  });

  it('takes the graphics cards when there are any', () => {
    expect(parseDevices('auto', { ...machine, cards: [23_400, 80_000] })).toEqual([
      { id: 'cuda:0', kind: 'cuda', memoryMiB: 23_400 },
      { id: 'cuda:1', kind: 'cuda', memoryMiB: 80_000 },
      ...hosts,
    ]);
  });

  it('takes the devices that are named', () => {
    expect(parseDevices('cuda:0=24000, cpu:0=8000', machine)).toEqual([
      { id: 'cuda:0', kind: 'cuda', memoryMiB: 24_000 },
      { id: 'cpu:0', kind: 'cpu', memoryMiB: 8000 },
      ...hosts,
    ]);
  });

  it.each([
    '',
    'cuda:0',
    'gpu:0=100',
    'cpu:0=0',
    'cpu:0=8G',
    'cpu:0=1,,cpu:1=1',
    'cpu:0=1,cpu:0=2',
    'host:0=5',
  ])('refuses %j and says how to write it', (setting) => {
    expect(() => parseDevices(setting, machine)).toThrow('such as cuda:0=24000,cpu:0=8000');
  });
});
