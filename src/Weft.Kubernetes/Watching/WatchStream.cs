using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Weft.Kubernetes.Client;
using Weft.Kubernetes.Objects;

namespace Weft.Kubernetes.Watching;

/// <summary>
/// The changes of one collection, forever: first the present state, then <see cref="ResourceChangeType.Synced"/>, then each change.
/// A lost connection is resumed where it broke; when the server has forgotten that place (410), the collection is listed again
/// and the differences come as changes, followed by another Synced. Objects of the wrong shape are logged and left out. One reader per instance.
/// </summary>
public sealed partial class WatchStream<T>(KubeClient client, KubeResource<T> resource, ReflectorOptions options, ILogger logger)
    where T : class, IKubeObject
{
    private readonly BackOff _backOff = new(options.FirstBackOff, options.LongestBackOff, client.Options.TimeProvider);
    private readonly Dictionary<NamespacedName, T> _known = [];

    /// <summary>Where the next watch goes on; null: list first.</summary>
    private string? _resumeAt;

    private bool _failing;

    /// <summary>Ends only by cancellation.</summary>
    public async IAsyncEnumerable<ResourceChange<T>> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_resumeAt is null)
            {
                foreach (var change in await ListAsync(cancellationToken))
                {
                    yield return change;
                }
            }

            if (_resumeAt is null)
            {
                await _backOff.WaitAsync(cancellationToken);
                continue;
            }

            await using var watch = new Watch(this, cancellationToken);
            while (await watch.NextAsync() is { } change)
            {
                yield return change;
            }

            await PauseAsync(watch.Healthy, cancellationToken);
        }
    }

    private async Task PauseAsync(bool healthy, CancellationToken cancellationToken)
    {
        if (healthy)
        {
            _backOff.Reset();
        }
        else
        {
            await _backOff.WaitAsync(cancellationToken);
        }
    }

    /// <summary>The differences between what is known and what is there, ending with Synced; nothing when the list failed.</summary>
    private async Task<IReadOnlyList<ResourceChange<T>>> ListAsync(CancellationToken cancellationToken)
    {
        try
        {
            var (items, version) = await ListPagesAsync(cancellationToken);
            _resumeAt = version;
            Recovered();
            return Differences(items, version);
        }
        catch (KubernetesApiException e) when (e.IsNotFound && options.MissingIsEmpty)
        {
            return Differences([], null);
        }
        catch (KubernetesApiException e)
        {
            Failed(e);
            return options.ForbiddenIsEmpty && e.Code is System.Net.HttpStatusCode.Forbidden ? Differences([], null) : [];
        }
    }

    private async Task<(List<T> Items, string? Version)> ListPagesAsync(CancellationToken cancellationToken)
    {
        var items = new List<T>();
        ListMeta page;
        string? next = null;
        do
        {
            var wanted = new ListOptions { LabelSelector = options.LabelSelector, FieldSelector = options.FieldSelector, Limit = options.PageSize, Continue = next };
            var list = await client.ListAsync(resource, options.Namespace, wanted, cancellationToken);
            items.AddRange(list.Items);
            foreach (var malformed in list.Malformed)
            {
                LogMalformed(resource.Plural, malformed.Name, malformed.Problem);
            }

            page = list.Metadata;
            next = page.Continue;
        }
        while (!string.IsNullOrEmpty(next));
        return (items, page.ResourceVersion);
    }

    private List<ResourceChange<T>> Differences(List<T> present, string? version)
    {
        var changes = new List<ResourceChange<T>>();
        var names = new HashSet<NamespacedName>(present.Select(item => NamespacedName.Of(item)));
        foreach (var (name, gone) in _known.Where(item => !names.Contains(item.Key)).ToList())
        {
            _known.Remove(name);
            changes.Add(new(ResourceChangeType.Deleted, gone, version));
        }

        foreach (var item in present)
        {
            if (Seen(item) is { } type)
            {
                changes.Add(new(type, item, version));
            }
        }

        changes.Add(new(ResourceChangeType.Synced, null, version));
        return changes;
    }

    /// <summary>Remembers an object; null when exactly this version was known.</summary>
    private ResourceChangeType? Seen(T item)
    {
        var name = NamespacedName.Of(item);
        var before = _known.GetValueOrDefault(name);
        _known[name] = item;
        if (before is null)
        {
            return ResourceChangeType.Added;
        }

        return before.Metadata.ResourceVersion == item.Metadata.ResourceVersion && before.Metadata.Uid == item.Metadata.Uid ? null : ResourceChangeType.Modified;
    }

    private ResourceChange<T>? Changed(WatchEvent<T> seen)
    {
        _resumeAt = seen.ResourceVersion ?? _resumeAt;
        switch (seen.Type)
        {
            case WatchEventType.Added or WatchEventType.Modified:
                return Seen(seen.Resource!) is { } type ? new(type, seen.Resource, seen.ResourceVersion) : null;
            case WatchEventType.Deleted:
                return _known.Remove(NamespacedName.Of(seen.Resource!)) ? new(ResourceChangeType.Deleted, seen.Resource, seen.ResourceVersion) : null;
            case WatchEventType.Malformed:
                LogMalformed(resource.Plural, seen.Malformed!.Name, seen.Malformed.Problem);
                return null;
            default:
                return null;
        }
    }

    private void Failed(KubernetesApiException e)
    {
        if (!_failing)
        {
            LogFailed(resource.Plural, client.Options.Server, e.Message);
        }

        _failing = true;
    }

    private void Recovered()
    {
        if (_failing)
        {
            LogRecovered(resource.Plural, client.Options.Server);
        }

        _failing = false;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Following {ResourceType} of {Server} failed, trying again: {Problem}")]
    private partial void LogFailed(string resourceType, Uri server, string problem);

    [LoggerMessage(Level = LogLevel.Information, Message = "Following {ResourceType} of {Server} works again")]
    private partial void LogRecovered(string resourceType, Uri server);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{ResourceType} {Name} does not have the shape of its kind and is left out: {Problem}")]
    private partial void LogMalformed(string resourceType, NamespacedName name, string problem);

    /// <summary>One watch request and its time limit.</summary>
    private sealed class Watch : IAsyncDisposable
    {
        private static readonly TimeSpan ShortestOrderly = TimeSpan.FromSeconds(1);

        private readonly WatchStream<T> _stream;
        private readonly long _start;
        private readonly CancellationToken _cancellationToken;
        private readonly CancellationTokenSource _limit;
        private readonly CancellationTokenSource _either;
        private readonly IAsyncEnumerator<WatchEvent<T>> _events;

        public Watch(WatchStream<T> stream, CancellationToken cancellationToken)
        {
            _stream = stream;
            _cancellationToken = cancellationToken;
            _start = stream.Client.Options.TimeProvider.GetTimestamp();
            var options = stream.Options;
            _limit = new CancellationTokenSource(options.WatchDuration + options.WatchGrace, stream.Client.Options.TimeProvider);
            _either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _limit.Token);
            var wanted = new WatchOptions { LabelSelector = options.LabelSelector, FieldSelector = options.FieldSelector, ResourceVersion = stream._resumeAt, Timeout = options.WatchDuration };
            _events = stream.Client.WatchAsync(stream.Resource, options.Namespace, wanted, _either.Token).GetAsyncEnumerator(_either.Token);
        }

        /// <summary>The server sent something, or ended the watch in order.</summary>
        public bool Healthy { get; private set; }

        /// <summary>The next change; null when the watch is over, for whatever reason but cancellation.</summary>
        public async Task<ResourceChange<T>?> NextAsync()
        {
            try
            {
                while (await _events.MoveNextAsync())
                {
                    Healthy = true;
                    _stream.Recovered();
                    if (_stream.Changed(_events.Current) is { } change)
                    {
                        return change;
                    }
                }

                // An end in order, unless it comes at once each time.
                Healthy |= _stream.Client.Options.TimeProvider.GetElapsedTime(_start) > ShortestOrderly;
            }
            catch (KubernetesApiException e)
            {
                Ended(e);
            }
            catch (OperationCanceledException) when (_limit.IsCancellationRequested && !_cancellationToken.IsCancellationRequested)
            {
                // Half open: the server neither sent nor ended. The next watch goes on from the same place, at once: the wait was long enough.
                Healthy = true;
            }

            return null;
        }

        public async ValueTask DisposeAsync()
        {
            await _either.CancelAsync();
            try
            {
                await _events.DisposeAsync();
            }
            catch (OperationCanceledException)
            {
                // It is over in any case.
            }

            _either.Dispose();
            _limit.Dispose();
        }

        private void Ended(KubernetesApiException e)
        {
            if (e.IsGone || e.IsNotFound)
            {
                // Forgotten, or the collection itself has gone: list again, at once if the watch had worked so far.
                _stream._resumeAt = null;
                return;
            }

            Healthy = false;
            _stream.Failed(e);
        }
    }

    private ReflectorOptions Options => options;

    private KubeClient Client => client;

    private KubeResource<T> Resource => resource;
}
