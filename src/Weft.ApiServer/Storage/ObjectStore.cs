using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Weft.ApiServer.Watch;
using Weft.Kubernetes.Watching;

namespace Weft.ApiServer.Storage;

/// <summary>How a write ended.</summary>
internal enum WriteOutcome
{
    Written,
    AlreadyExists,
    NotFound,
    Modified,
}

internal sealed record WriteResult(WriteOutcome Outcome, StoredObject? Object, long Revision);

/// <summary>
/// The objects, in memory as an immutable snapshot and on disk in SQLite. One committer applies writes in order and commits
/// them in groups; a write is answered, and becomes visible to readers and watchers, only after its group is on disk.
/// </summary>
internal sealed partial class ObjectStore : IAsyncDisposable
{
    private const int GroupLimit = 256;
    private readonly ObjectDatabase _database;
    private readonly WatchHub _watches;
    private readonly ILogger _logger;
    private readonly Channel<Write> _writes = Channel.CreateBounded<Write>(new BoundedChannelOptions(4096) { SingleReader = true });
    private readonly Task _committer;
    private readonly SnapshotSource<StoreSnapshot> _snapshots;

    private ObjectStore(ObjectDatabase database, StoreSnapshot loaded, WatchHub watches, ILogger logger)
    {
        _database = database;
        _snapshots = new SnapshotSource<StoreSnapshot>(loaded);
        _watches = watches;
        _logger = logger;
        _committer = Task.Run(CommitAsync);
    }

    public StoreSnapshot Current => _snapshots.Current;

    /// <summary>The present state and, conflated, every later one.</summary>
    public SnapshotSource<StoreSnapshot> Snapshots => _snapshots;

    public WatchHub Watches => _watches;

    /// <summary>Writes are still taken and brought to disk.</summary>
    public bool IsWriting => !_committer.IsCompleted;

    public static ObjectStore Open(string file, ILogger logger)
    {
        var database = ObjectDatabase.Open(file);
        try
        {
            var loaded = database.Load(file);
            return new ObjectStore(database, loaded, new WatchHub(loaded.Revision), logger);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    public Task<WriteResult> CreateAsync(ObjectKey key, JsonObject content, CancellationToken cancellationToken) =>
        EnqueueAsync(new Write(WriteKind.Create, key, content, 0), cancellationToken);

    /// <summary>Replaces the object when its revision is still the expected one.</summary>
    public Task<WriteResult> UpdateAsync(ObjectKey key, JsonObject content, long expectedRevision, CancellationToken cancellationToken) =>
        EnqueueAsync(new Write(WriteKind.Update, key, content, expectedRevision), cancellationToken);

    public Task<WriteResult> DeleteAsync(ObjectKey key, long expectedRevision, CancellationToken cancellationToken) =>
        EnqueueAsync(new Write(WriteKind.Delete, key, [], expectedRevision), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _writes.Writer.TryComplete();
        await _committer;
        _database.Dispose();
    }

    private async Task<WriteResult> EnqueueAsync(Write write, CancellationToken cancellationToken)
    {
        await _writes.Writer.WriteAsync(write, cancellationToken);
        return await write.Done.Task.WaitAsync(cancellationToken);
    }

    private async Task CommitAsync()
    {
        var group = new List<Write>(GroupLimit);
        while (await _writes.Reader.WaitToReadAsync())
        {
            group.Clear();
            while (group.Count < GroupLimit && _writes.Reader.TryRead(out var write)) group.Add(write);
            CommitGroup(group);
        }
    }

    private void CommitGroup(List<Write> group)
    {
        var working = Current;
        var events = new List<WatchEvent>();
        var results = new List<WriteResult>(group.Count);
        try
        {
            using var transaction = _database.Begin();
            foreach (var write in group) results.Add(Apply(transaction, write, ref working, events));
            if (working.Revision != Current.Revision)
            {
                _database.SetRevision(transaction, working.Revision);
                transaction.Commit();
            }
        }
        catch (Exception exception)
        {
            LogCommitFailed(_logger, group.Count, exception);
            foreach (var write in group) write.Done.TrySetException(exception);
            return;
        }

        // Watchers first: who reads the new state and then watches from it must find its events in the history or behind him.
        _watches.Publish(events);
        if (working != Current) _snapshots.Publish(working);
        _watches.Announce(events);
        for (var i = 0; i < group.Count; i++) group[i].Done.TrySetResult(results[i]);
    }

    private WriteResult Apply(Microsoft.Data.Sqlite.SqliteTransaction transaction, Write write, ref StoreSnapshot working, List<WatchEvent> events)
    {
        var present = working.Find(write.Key);
        if (write.Kind == WriteKind.Create && present is not null) return new(WriteOutcome.AlreadyExists, present, working.Revision);
        if (write.Kind != WriteKind.Create && present is null) return new(WriteOutcome.NotFound, null, working.Revision);
        if (write.Kind != WriteKind.Create && present!.Revision != write.ExpectedRevision) return new(WriteOutcome.Modified, present, working.Revision);

        var revision = working.Revision + 1;
        if (write.Kind == WriteKind.Delete)
        {
            _database.Delete(transaction, write.Key);
            working = working.Without(write.Key, revision);
            events.Add(new WatchEvent(WatchEventType.Deleted, revision, Stamp(present!, revision), present));
            return new(WriteOutcome.Written, present, revision);
        }

        var item = StoredObject.From(write.Key, write.Content, revision);
        _database.Put(transaction, item);
        working = working.With(item);
        events.Add(new WatchEvent(present is null ? WatchEventType.Added : WatchEventType.Modified, revision, item, present));
        return new(WriteOutcome.Written, item, revision);
    }

    /// <summary>The last state of a deleted object carries the revision of its deletion.</summary>
    private static StoredObject Stamp(StoredObject item, long revision) =>
        StoredObject.From(item.Key, Schemas.JsonText.ParseObject(item.Json.Span), revision);

    [LoggerMessage(Level = LogLevel.Error, Message = "A group of {Count} writes was not committed")]
    private static partial void LogCommitFailed(ILogger logger, int count, Exception exception);

    private enum WriteKind
    {
        Create,
        Update,
        Delete,
    }

    private sealed record Write(WriteKind Kind, ObjectKey Key, JsonObject Content, long ExpectedRevision)
    {
        public TaskCompletionSource<WriteResult> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
