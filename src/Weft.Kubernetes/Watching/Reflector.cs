using Microsoft.Extensions.Logging;
using Weft.Kubernetes.Client;
using Weft.Kubernetes.Objects;

namespace Weft.Kubernetes.Watching;

/// <summary>Keeps the newest state of one collection in <see cref="Source"/>, from the start of <see cref="RunAsync"/> until its cancellation.</summary>
public sealed class Reflector<T>(KubeClient client, KubeResource<T> resource, ReflectorOptions options, ILogger logger)
    where T : class, IKubeObject
{
    public SnapshotSource<ResourceStore<T>> Source { get; } = new(ResourceStore<T>.Unread);

    /// <summary>The newest state.</summary>
    public ResourceStore<T> Current => Source.Current;

    /// <summary>Follows the collection. Call once; ends only by cancellation, with OperationCanceledException.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var store = Source.Current;
        await foreach (var change in new WatchStream<T>(client, resource, options, logger).ReadAsync(cancellationToken))
        {
            store = store.After(change);
            if (store.IsSynced)
            {
                Source.Publish(store);
            }
        }
    }

    /// <summary>The first state that was read whole.</summary>
    public async Task<ResourceStore<T>> WhenSyncedAsync(CancellationToken cancellationToken)
    {
        await foreach (var store in Source.WatchAsync(cancellationToken))
        {
            if (store.IsSynced)
            {
                return store;
            }
        }

        throw new OperationCanceledException(cancellationToken);
    }
}
