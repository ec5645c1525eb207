using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Weft.ApiServer.Schemas;
using Weft.ApiServer.Storage;
using Weft.ApiServer.Watch;

namespace Weft.ApiServer.Endpoints;

/// <summary>Streams changes: first what the caller does not know yet, then every committed change, bookmarks in between.</summary>
internal sealed class WatchOperation(ObjectStore store, ObjectWriter writer, ProtobufWriter protobuf, TimeProvider time)
{
    private static readonly TimeSpan LongestWatch = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan BookmarkInterval = TimeSpan.FromSeconds(55);

    public async Task WatchAsync(ResourceRequest request, CancellationToken stopping)
    {
        var format = OutputFormat.Negotiate(request.Context, ProtobufWriter.CanWrite(request.Resource));
        if (format.Yaml) throw StatusErrors.NotAcceptable(["application/json;stream=watch", "application/vnd.kubernetes.protobuf;stream=watch"]);
        var selector = ObjectSelector.Parse(request.Resource, request.Query("labelSelector"), request.Query("fieldSelector"));
        var initial = InitialEvents(request);
        var version = Version(request);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(request.Aborted, stopping);
        limit.CancelAfter(request.Number("timeoutSeconds") is { } seconds and > 0 ? TimeSpan.FromSeconds(seconds) : LongestWatch);
        var stream = new EventStream(request, format, writer, protobuf);
        await stream.BeginAsync(limit.Token);
        try
        {
            await RunAsync(request, selector, initial, version, stream, limit.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            // The agreed end of a watch.
        }
    }

    /// <summary>Null when not asked for; true when the client wants the present state and then `initial-events-end`.</summary>
    private static bool? InitialEvents(ResourceRequest request)
    {
        var text = request.Query("sendInitialEvents");
        var match = request.Query("resourceVersionMatch");
        var errors = new List<FieldError>();
        if (text.Length > 0 && match != "NotOlderThan") errors.Add(FieldError.Forbidden("resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
        if (text.Length == 0 && match.Length > 0) errors.Add(FieldError.Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"));
        if (match is not ("" or "NotOlderThan")) errors.Add(FieldError.NotSupported("resourceVersionMatch", $"\"{match}\"", ["NotOlderThan"]));
        if (match.Length > 0 && request.Query("continue").Length > 0) errors.Add(FieldError.Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided"));
        if (errors.Count > 0) throw StatusErrors.Invalid("meta.k8s.io", "ListOptions", "", errors);
        if (text.Length == 0) return null;
        return request.Flag("sendInitialEvents");
    }

    private static long? Version(ResourceRequest request)
    {
        var text = request.Query("resourceVersion");
        if (text.Length == 0) return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : throw StatusErrors.Invalid("meta.k8s.io", "ListOptions", "", [FieldError.Invalid("resourceVersion", $"\"{text}\"", $"strconv.ParseUint: parsing \"{text}\": invalid syntax")]);
    }

    private async Task RunAsync(ResourceRequest request, ObjectSelector selector, bool? initial, long? version, EventStream stream, CancellationToken cancellationToken)
    {
        var history = store.Watches.Of(request.Resource.StorageKey);
        var bookmarks = request.Flag("allowWatchBookmarks");
        long position;
        if (initial ?? version is null or 0)
        {
            var snapshot = store.Current;
            position = snapshot.Revision;
            foreach (var item in ListOperation.Candidates(request, snapshot))
                if (IsWanted(request, item) && selector.Matches(item)) await stream.SendAsync("ADDED", item, cancellationToken);
            if (initial == true && bookmarks) await stream.BookmarkAsync(position, true, cancellationToken);
        }
        else
        {
            position = version ?? store.Current.Revision;
            if (initial == false && version is null or 0) position = store.Current.Revision;
        }

        await FollowAsync(request, selector, history, position, bookmarks, stream, cancellationToken);
    }

    private async Task FollowAsync(ResourceRequest request, ObjectSelector selector, ResourceHistory history, long position, bool bookmarks, EventStream stream, CancellationToken cancellationToken)
    {
        while (true)
        {
            // Read before the history: every change up to it is in what the history returns.
            var published = store.Watches.Revision;
            if (history.After(position) is not { } news)
            {
                var why = request.Resource.StorageKey == "events" ? "The resourceVersion for the provided watch is too old." : $"too old resource version: {position} ({history.CompactedRevision})";
                await stream.ErrorAsync(StatusErrors.Expired(why), cancellationToken);
                return;
            }

            foreach (var change in news.Events)
            {
                position = change.Revision;
                await SendAsync(request, selector, change, stream, cancellationToken);
            }

            position = Math.Max(position, published);
            await stream.FlushAsync(cancellationToken);
            if (!bookmarks)
            {
                await news.Changed.WaitAsync(cancellationToken);
                continue;
            }

            try
            {
                await news.Changed.WaitAsync(BookmarkInterval, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                await stream.BookmarkAsync(position, false, cancellationToken);
            }
        }
    }

    private static async Task SendAsync(ResourceRequest request, ObjectSelector selector, WatchEvent change, EventStream stream, CancellationToken cancellationToken)
    {
        if (!IsWanted(request, change.Object)) return;
        var before = change.Previous is not null && selector.Matches(change.Previous);
        var after = change.Type != WatchEventType.Deleted && selector.Matches(change.Object);
        if (after) await stream.SendAsync(before ? "MODIFIED" : "ADDED", change.Object, cancellationToken);
        else if (before) await stream.SendAsync("DELETED", change.Type == WatchEventType.Deleted ? change.Object : Left(change), cancellationToken);
    }

    /// <summary>An object that no longer matches is gone for the watcher: its last matching state, at the new revision.</summary>
    private static StoredObject Left(WatchEvent change) =>
        StoredObject.From(change.Object.Key, JsonText.ParseObject(change.Previous!.Json.Span), change.Revision);

    private static bool IsWanted(ResourceRequest request, StoredObject item) =>
        (request.Namespace.Length == 0 || !request.Resource.Namespaced || item.Key.Namespace == request.Namespace)
        && (request.Path.Name.Length == 0 || item.Key.Name == request.Path.Name);

    /// <summary>The response of one watch: JSON documents, one per line.</summary>
    private sealed class EventStream(ResourceRequest request, OutputFormat format, ObjectWriter writer, ProtobufWriter protobuf)
    {
        private readonly HttpResponse _response = request.Context.Response;
        private readonly string _includeObject = request.Query("includeObject");
        private bool _columnsSent;

        private bool IsProtobuf => format.Encoding == OutputEncoding.Protobuf;

        public async Task BeginAsync(CancellationToken cancellationToken)
        {
            _response.StatusCode = 200;
            _response.Headers.CacheControl = "no-cache, private";
            _response.ContentType = IsProtobuf ? "application/vnd.kubernetes.protobuf;stream=watch" : "application/json";
            Answer.Warn(request.Context, request.Warnings);
            await _response.StartAsync(cancellationToken);
            await _response.Body.FlushAsync(cancellationToken);
        }

        public Task FlushAsync(CancellationToken cancellationToken) => _response.Body.FlushAsync(cancellationToken);

        public Task SendAsync(string type, StoredObject item, CancellationToken cancellationToken) =>
            format.Kind == OutputKind.Object ? LineAsync(type, ObjectWriter.Whole(request.Resource, item), cancellationToken) : LineAsync(type, Shape(item.ToObject(request.Resource)), cancellationToken);

        public async Task BookmarkAsync(long revision, bool initialEventsEnd, CancellationToken cancellationToken)
        {
            var metadata = new JsonObject { ["resourceVersion"] = revision.ToString(CultureInfo.InvariantCulture) };
            if (initialEventsEnd) metadata["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" };
            var item = new JsonObject { ["kind"] = request.Resource.Kind, ["apiVersion"] = request.Resource.ApiVersion, ["metadata"] = metadata };
            await LineAsync("BOOKMARK", format.Kind == OutputKind.Object ? JsonText.Write(item) : Shape(item), cancellationToken);
            await FlushAsync(cancellationToken);
        }

        public async Task ErrorAsync(StatusException error, CancellationToken cancellationToken)
        {
            await LineAsync("ERROR", JsonText.Write(error.ToStatus()), cancellationToken);
            await FlushAsync(cancellationToken);
        }

        private byte[] Shape(JsonObject item)
        {
            if (format.Kind is OutputKind.PartialMetadata or OutputKind.PartialMetadataList) return JsonText.Write(ObjectWriter.Partial(item, format.TableVersion));
            var table = writer.Row(request.Resource, item, !_columnsSent, _includeObject, format.TableVersion);
            _columnsSent = true;
            return JsonText.Write(table);
        }

        private async Task LineAsync(string type, byte[] item, CancellationToken cancellationToken)
        {
            if (IsProtobuf)
            {
                await _response.Body.WriteAsync(protobuf.Event(type, JsonText.ParseObject(item), request.Resource), cancellationToken);
                return;
            }

            var head = System.Text.Encoding.ASCII.GetBytes($$"""{"type":"{{type}}","object":""");
            var line = new byte[head.Length + item.Length + 2];
            head.CopyTo(line, 0);
            item.CopyTo(line, head.Length);
            line[^2] = (byte)'}';
            line[^1] = (byte)'\n';
            await _response.Body.WriteAsync(line, cancellationToken);
        }
    }
}
