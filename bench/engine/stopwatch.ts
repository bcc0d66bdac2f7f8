/** Milliseconds of processor time that work takes: the middle of `rounds` rounds, after half as many to get warm. */
export async function measure(work: () => unknown, rounds: number): Promise<number> {
  const [time] = await measureInTurn([work], rounds);
  return time!;
}

/** The same for several pieces of work, which take turns, so that whatever else the machine does falls on all alike. */
export async function measureInTurn(works: readonly (() => unknown)[], rounds: number): Promise<number[]> {
  const times = works.map((): number[] => []);
  for (let round = -rounds / 2; round < rounds; round++) {
    for (const [index, work] of works.entries()) {
      const start = process.cpuUsage();
      await work();
      const { user, system } = process.cpuUsage(start);
      if (round >= 0) times[index]!.push((user + system) / 1000);
    }
  }
  return times.map((all) => all.sort((one, other) => one - other)[Math.floor(all.length / 2)]!);
}
