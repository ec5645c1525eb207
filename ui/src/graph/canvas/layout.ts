import type { LayoutInput, Positions } from './layoutTypes';

interface Pending {
  readonly resolve: (positions: Positions) => void;
  readonly reject: (error: Error) => void;
}

/** The user did not want to wait for the layout. */
export class LayoutCancelled extends Error {}

/** Runs layouts outside of the page's thread. One per canvas; `dispose` ends it. */
export class LayoutEngine {
  private worker: Worker | null = null;
  private elk: import('elkjs/lib/elk-api').ELK | null = null;
  private next = 0;
  private readonly pending = new Map<number, Pending>();
  private readonly cancellations = new Set<(error: Error) => void>();

  /** `progress` is told the share that is done, where the layout can tell. */
  async run(input: LayoutInput, progress: (done: number) => void = () => undefined): Promise<Positions> {
    if (input.nodes.length === 0) return {};
    let giveUp: (error: Error) => void = () => undefined;
    const cancelled = new Promise<never>((_, reject) => {
      giveUp = reject;
    });
    this.cancellations.add(giveUp);
    try {
      return await Promise.race([this.compute(input, progress), cancelled]);
    } finally {
      this.cancellations.delete(giveUp);
    }
  }

  /** Every running layout fails with `LayoutCancelled`. */
  cancel(): void {
    this.dispose();
    for (const giveUp of this.cancellations) giveUp(new LayoutCancelled());
  }

  dispose(): void {
    this.worker?.terminate();
    this.elk?.terminateWorker();
    this.worker = null;
    this.elk = null;
    this.pending.clear();
  }

  private async compute(input: LayoutInput, progress: (done: number) => void): Promise<Positions> {
    if (input.layout === 'kiali-elk') return this.runElk(input, progress);
    try {
      return await this.runWorker(input);
    } catch (error) {
      // Dagre gives up on some nested graphs ("Not possible to find intersection inside of the rectangle").
      if (input.layout === 'kiali-dagre') return this.runElk(input, progress);
      throw error;
    }
  }

  private runWorker(input: LayoutInput): Promise<Positions> {
    const worker = (this.worker ??= this.start());
    const id = this.next++;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve, reject });
      worker.postMessage({ id, input });
    });
  }

  private start(): Worker {
    const worker = new Worker(new URL('./layout.worker.ts', import.meta.url), { type: 'module' });
    worker.addEventListener('message', (event: MessageEvent<{ id: number; positions?: Positions; error?: string }>) => {
      const waiting = this.pending.get(event.data.id);
      this.pending.delete(event.data.id);
      if (event.data.positions) waiting?.resolve(event.data.positions);
      else waiting?.reject(new Error(event.data.error ?? 'layout failed'));
    });
    worker.addEventListener('error', (event) => {
      for (const waiting of this.pending.values()) waiting.reject(new Error(event.message));
      this.pending.clear();
    });
    return worker;
  }

  private async runElk(input: LayoutInput, progress: (done: number) => void): Promise<Positions> {
    const { elkPositions, startElk } = await import('./elk');
    this.elk ??= startElk();
    return elkPositions(this.elk, input, progress);
  }
}
