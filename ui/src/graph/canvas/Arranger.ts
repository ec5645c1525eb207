import type { LayoutName } from '../graphState';
import type { GraphViewEvents } from './GraphDrawing';
import { LayoutCancelled, LayoutEngine } from './layout';
import type { LayoutInput, Positions } from './layoutTypes';

/** A mesh that has just started shows its parts one after the other: so long, and unless the user has begun to work with it, a grown graph is laid out anew. */
const settlingTime = 90_000;

/** What a scene has that the one before it had not. */
export interface SceneGrowth {
  readonly nodesBefore: number;
  readonly addedNodes: number;
  readonly hasNewEdges: boolean;
  /** The user has moved or selected something: what is there stays where it is. */
  readonly isInUse: boolean;
}

/** Decides when a scene is laid out anew, and runs layouts one at a time: a later one puts an earlier one aside. */
export class Arranger {
  private readonly engine = new LayoutEngine();
  private key = '';
  private settledAt = 0;
  private latest = 0;

  constructor(private readonly events: Pick<GraphViewEvents, 'busy' | 'progress' | 'failed'>) {}

  dispose(): void {
    this.latest++;
    this.engine.dispose();
  }

  /** `layout`: everything anew; `place`: only the new nodes; `keep`: nothing. */
  plan(layoutKey: string, { nodesBefore, addedNodes, hasNewEdges, isInUse }: SceneGrowth): 'layout' | 'place' | 'keep' {
    const isOther = layoutKey !== this.key;
    this.key = layoutKey;
    if (isOther) this.settledAt = performance.now() + settlingTime;
    const settles = (addedNodes > 0 || hasNewEdges) && performance.now() < this.settledAt && !isInUse;
    if (isOther || settles || addedNodes > nodesBefore * 0.25) return 'layout';
    return addedNodes > 0 ? 'place' : 'keep';
  }

  /** Where the layout puts the nodes; in a grid when the user has cancelled it. `null`: a later layout has been asked for, or this one has failed. */
  async run(layout: LayoutName, input: Omit<LayoutInput, 'layout'>): Promise<{ readonly positions: Positions; readonly isCancelled: boolean } | null> {
    const run = ++this.latest;
    const isLatest = () => run === this.latest;
    this.events.busy(true);
    try {
      const positions = await this.engine.run({ ...input, layout }, (done) => isLatest() && this.events.progress(done));
      return isLatest() ? { positions, isCancelled: false } : null;
    } catch (error) {
      if (!isLatest()) return null;
      if (error instanceof LayoutCancelled) return { positions: await this.engine.run({ ...input, layout: 'kiali-grid' }), isCancelled: true };
      this.events.failed(error instanceof Error ? error : new Error(String(error)));
      return null;
    } finally {
      if (isLatest()) this.events.busy(false);
    }
  }

  cancel(): void {
    this.engine.cancel();
  }
}
