using Microsoft.Extensions.Logging;
using Weft.Kubernetes.Client;
using Weft.Kubernetes.Objects;

namespace Weft.Runtime.Controllers;

/// <summary>Brings one object's world to what it asks for; returns when to look again though nothing changes, null for not.</summary>
internal delegate Task<TimeSpan?> Reconcile(NamespacedName name, CancellationToken cancellationToken);

/// <summary>
/// The loop of a controller: changes of watched objects become names in a queue, and one worker reconciles name after name. What
/// fails is tried again with back-off; only cancellation ends it.
/// </summary>
internal sealed partial class Reconciler(string controller, Reconcile reconcile, TimeProvider time, ILogger logger)
{
    private readonly WorkQueue<NamespacedName> _queue = new(time);
    private readonly List<Func<CancellationToken, Task>> _sources = [];

    /// <summary>Reconciles the named objects whenever an object of the collection changes; both its old and its new state are asked.</summary>
    public Reconciler On<T>(ObjectCache<T> cache, Func<T, IEnumerable<NamespacedName>> names)
        where T : class, IKubeObject
    {
        _sources.Add(cancellationToken => EnqueueAsync(cache, names, cancellationToken));
        return this;
    }

    /// <summary>Reconciles every object of the collection whenever it changes.</summary>
    public Reconciler On<T>(ObjectCache<T> cache)
        where T : class, IKubeObject =>
        On(cache, static item => [NamespacedName.Of(item)]);

    /// <summary>Reconciles the controlling owner, if it is of the kind, whenever an object of the collection changes.</summary>
    public Reconciler OnOwned<T>(ObjectCache<T> cache, string ownerKind)
        where T : class, IKubeObject =>
        On(cache, item => Ownership.ControllerOf(item) is { } owner && owner.Kind == ownerKind
            ? [new NamespacedName(item.Metadata.Namespace ?? "", owner.Name)]
            : []);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll([WorkAsync(cancellationToken), .. _sources.Select(source => source(cancellationToken))]);
        }
        finally
        {
            _queue.Close();
        }
    }

    private async Task EnqueueAsync<T>(ObjectCache<T> cache, Func<T, IEnumerable<NamespacedName>> names, CancellationToken cancellationToken)
        where T : class, IKubeObject
    {
        await foreach (var changes in cache.ChangesAsync(cancellationToken))
        {
            foreach (var change in changes)
            {
                Enqueue(change.Before, names);
                Enqueue(change.After, names);
            }
        }
    }

    private void Enqueue<T>(T? item, Func<T, IEnumerable<NamespacedName>> names)
        where T : class
    {
        if (item is null)
            return;
        foreach (var name in names(item))
            _queue.Add(name);
    }

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        while (true)
            await ReconcileAsync(await _queue.TakeAsync(cancellationToken), cancellationToken);
    }

    private async Task ReconcileAsync(NamespacedName name, CancellationToken cancellationToken)
    {
        try
        {
            var again = await reconcile(name, cancellationToken);
            _queue.Forget(name);
            if (again is { } delay)
                _queue.AddAfter(name, delay);
        }
        catch (KubernetesApiException conflict) when (conflict.IsConflict || conflict.IsNotFound)
        {
            // Someone was faster; the watch will show what is there now.
            LogConflict(controller, name, conflict.Message);
            _queue.Retry(name);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            LogFailed(failure, controller, name);
            _queue.Retry(name);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Controller} {Name} is reconciled again: {Reason}")]
    private partial void LogConflict(string controller, NamespacedName name, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Controller} {Name} could not be reconciled and is tried again")]
    private partial void LogFailed(Exception failure, string controller, NamespacedName name);
}
