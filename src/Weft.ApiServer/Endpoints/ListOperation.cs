using System.Globalization;
using System.Text.Json.Nodes;
using Weft.ApiServer.Storage;

namespace Weft.ApiServer.Endpoints;

/// <summary>One page of a list: the objects, the revision they are from, and where the next page begins.</summary>
internal sealed record ListPage(IReadOnlyList<StoredObject> Items, long Revision, string Continue, long? Remaining);

/// <summary>Lists: selectors, paging, and the rules of resourceVersion. A page costs by what it shows; further pages show the revision of the first one.</summary>
internal sealed class ListOperation(ObjectStore store)
{
    private const string Inconsistent =
        "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. "
        + "Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.";

    public ListPage List(ResourceRequest request)
    {
        var snapshot = store.Current;
        var selector = ObjectSelector.Parse(request.Resource, request.Query("labelSelector"), request.Query("fieldSelector"));
        var text = request.Query("continue");
        var exact = CheckVersion(request, snapshot.Revision, text);
        // What is asked of the cache (version 0) comes whole.
        var limit = request.Query("resourceVersion") == "0" ? 0 : request.Number("limit") ?? 0;
        ContinueToken? token = text.Length > 0 ? ContinueToken.Read(text) : null;
        var revision = token is { Revision: > 0 } ? token.Value.Revision : exact ?? snapshot.Revision;
        var objects = At(request, snapshot, revision, token);
        var (from, to) = RangeOf(request, objects);
        if (token is not null) from = Math.Max(from, objects.IndexFrom(token.Value.Namespace, token.Value.Name));
        return Page(request, objects, Math.Min(from, to), to, selector, limit > 0 ? limit : long.MaxValue, revision);
    }

    public static IEnumerable<StoredObject> Candidates(ResourceRequest request, StoreSnapshot snapshot)
    {
        var objects = snapshot.Of(request.Resource.StorageKey);
        var (from, to) = RangeOf(request, objects);
        return objects.Between(from, to);
    }

    private static (int From, int To) RangeOf(ResourceRequest request, ResourceObjects objects) =>
        request.Resource.Namespaced && request.Namespace.Length > 0 ? objects.RangeOf(request.Namespace) : (0, objects.Count);

    private static ListPage Page(ResourceRequest request, ResourceObjects objects, int from, int to, ObjectSelector selector, long limit, long revision)
    {
        var single = request.Path.Name;
        var page = new List<StoredObject>();
        for (var i = from; i < to; i++)
        {
            var item = objects[i];
            if ((single.Length > 0 && item.Key.Name != single) || !selector.Matches(item)) continue;
            if (page.Count == limit) return new ListPage(page, revision, ContinueToken.Behind(page[^1].Key, revision).Write(), selector.IsEmpty ? to - i : null);
            page.Add(item);
        }

        return new ListPage(page, revision, "", null);
    }

    /// <summary>The objects as they were: what happened since is undone.</summary>
    private ResourceObjects At(ResourceRequest request, StoreSnapshot snapshot, long revision, ContinueToken? token)
    {
        var objects = snapshot.Of(request.Resource.StorageKey);
        if (revision >= snapshot.Revision) return objects;
        if (store.Watches.Of(request.Resource.StorageKey).After(revision) is not { } news)
        {
            throw token is { } old
                ? StatusErrors.Expired(Inconsistent, (old with { Revision = -1 }).Write())
                : StatusErrors.Expired("The resourceVersion for the provided list is too old.");
        }

        foreach (var change in news.Events.Where(e => e.Revision <= snapshot.Revision).Reverse())
            objects = change.Previous is null ? objects.Without(change.Object.Key) : objects.With(change.Previous);
        return objects;
    }

    /// <summary>The one revision that the list must show; null when any not older one will do.</summary>
    private static long? CheckVersion(ResourceRequest request, long current, string token)
    {
        var version = request.Query("resourceVersion");
        var match = request.Query("resourceVersionMatch");
        CheckMatch(request, version, match, token);
        if (version.Length == 0) return null;
        if (!long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var wanted))
            throw Invalid(FieldError.Invalid("resourceVersion", $"\"{version}\"", $"strconv.ParseUint: parsing \"{version}\": invalid syntax"));
        if (token.Length > 0 && wanted > 0) throw StatusErrors.BadRequest("specifying resource version is not allowed when using continue");
        if (wanted > current) throw TooLarge(wanted, current);
        // A page that names no rule but a revision and a limit is of that very revision.
        var legacy = match.Length == 0 && wanted > 0 && request.Number("limit") is > 0;
        return match == "Exact" || legacy ? wanted : null;
    }

    /// <summary>All that is wrong with the options is said at once.</summary>
    private static void CheckMatch(ResourceRequest request, string version, string match, string token)
    {
        var errors = new List<FieldError>();
        if (request.Query("sendInitialEvents").Length > 0) errors.Add(FieldError.Forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"));
        if (match.Length > 0 && version.Length == 0) errors.Add(FieldError.Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided"));
        if (match.Length > 0 && token.Length > 0) errors.Add(FieldError.Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided"));
        if (match is not ("" or "Exact" or "NotOlderThan")) errors.Add(FieldError.NotSupported("resourceVersionMatch", $"\"{match}\"", ["Exact", "NotOlderThan", ""]));
        if (match == "Exact" && version == "0") errors.Add(FieldError.Forbidden("resourceVersionMatch", "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""));
        if (errors.Count > 0) throw StatusErrors.Invalid("meta.k8s.io", "ListOptions", "", errors);
    }

    private static StatusException Invalid(FieldError error) => StatusErrors.Invalid("meta.k8s.io", "ListOptions", "", [error]);

    /// <summary>One object, too, may be asked for as not older than a revision.</summary>
    public static void CheckNotOlderThan(ResourceRequest request, long current)
    {
        if (long.TryParse(request.Query("resourceVersion"), NumberStyles.None, CultureInfo.InvariantCulture, out var wanted) && wanted > current) throw TooLarge(wanted, current);
    }

    private static StatusException TooLarge(long wanted, long current) => new(
        504,
        "Timeout",
        $"Timeout: Too large resource version: {wanted.ToString(CultureInfo.InvariantCulture)}, current: {current.ToString(CultureInfo.InvariantCulture)}",
        new JsonObject { ["causes"] = new JsonArray(new JsonObject { ["reason"] = "ResourceVersionTooLarge", ["message"] = "Too large resource version" }), ["retryAfterSeconds"] = 1 });
}
