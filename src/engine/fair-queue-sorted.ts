/** An array kept in order. At the length of a queue (10⁴), moving memory costs less than a tree would. */
export class Sorted<T> {
  readonly items: T[] = [];

  /** @param compare a total order: 0 only for an item with itself */
  constructor(private readonly compare: (a: T, b: T) => number) {}

  get first(): T | undefined {
    return this.items[0];
  }

  /** Where the item stands, or would stand. */
  indexOf(item: T): number {
    let low = 0;
    let high = this.items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.compare(this.items[middle] as T, item) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  add(item: T): void {
    this.items.splice(this.indexOf(item), 0, item);
  }

  /** The item must be there, and compare as it did when it was added. */
  delete(item: T): void {
    this.items.splice(this.indexOf(item), 1);
  }
}
