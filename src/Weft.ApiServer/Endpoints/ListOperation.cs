using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;
using Weft.ApiServer.Storage;

namespace Weft.ApiServer.Endpoints;

/// <summary>One page of a list: the objects, the revision they are from, and where the next page begins.</summary>
internal sealed record ListPage(IReadOnlyList<StoredObject> Items, long Revision, string Continue, long? Remaining);

/// <summary>Lists: selectors, paging, and the rules of resourceVersion.</summary>
internal sealed class ListOperation(ObjectStore store)
{
    public ListPage List(ResourceRequest request)
    {
        var snapshot = store.Current;
        var selector = ObjectSelector.Parse(request.Resource, request.Query("labelSelector"), request.Query("fieldSelector"));
        var limit = request.Number("limit") ?? 0;
        var token = request.Query("continue");
        CheckVersion(request, snapshot.Revision, token);
        var start = "";
        var revision = snapshot.Revision;
        if (token.Length > 0) (start, revision) = ReadToken(token);
        var single = request.Path.Name;
        var matching = Candidates(request, snapshot)
            .Where(o => (single.Length == 0 || o.Key.Name == single) && (start.Length == 0 || string.CompareOrdinal(Position(o), start) >= 0) && selector.Matches(o));
        if (limit <= 0) return new ListPage([.. matching], revision, "", null);
        var all = matching.ToArray();
        if (all.Length <= limit) return new ListPage(all, revision, "", null);
        var page = all[..(int)limit];
        return new ListPage(page, revision, WriteToken(Position(page[^1]), revision), selector.IsEmpty ? all.Length - limit : null);
    }

    public static IEnumerable<StoredObject> Candidates(ResourceRequest request, StoreSnapshot snapshot) =>
        request.Resource.Namespaced && request.Namespace.Length > 0
            ? snapshot.InNamespace(request.Resource.StorageKey, request.Namespace)
            : snapshot.Of(request.Resource.StorageKey).Values;

    private static string Position(StoredObject item) => StoreSnapshot.Path(item.Key.Namespace, item.Key.Name);

    private static void CheckVersion(ResourceRequest request, long current, string token)
    {
        var version = request.Query("resourceVersion");
        var match = request.Query("resourceVersionMatch");
        if (match.Length > 0 && match is not ("Exact" or "NotOlderThan"))
            throw Invalid(FieldError.NotSupported("resourceVersionMatch", $"\"{match}\"", ["Exact", "NotOlderThan", ""]));
        if (match.Length > 0 && version.Length == 0)
            throw Invalid(FieldError.Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided"));
        if (match.Length > 0 && token.Length > 0)
            throw Invalid(FieldError.Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided"));
        if (match == "Exact" && version == "0")
            throw Invalid(FieldError.Forbidden("resourceVersionMatch", "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""));
        if (version.Length == 0) return;
        if (!long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var wanted))
            throw Invalid(FieldError.Invalid("resourceVersion", $"\"{version}\"", $"strconv.ParseUint: parsing \"{version}\": invalid syntax"));
        if (token.Length > 0 && wanted > 0) throw StatusErrors.BadRequest("specifying resource version is not allowed when using continue");
        if (match == "Exact" && wanted < current)
            throw StatusErrors.Expired($"The resourceVersion for the provided list is too old.");
        if (wanted > current) throw TooLarge(wanted, current);
    }

    private static StatusException Invalid(FieldError error) => StatusErrors.Invalid("meta.k8s.io", "ListOptions", "", [error]);

    private static StatusException TooLarge(long wanted, long current) => new(
        504,
        "Timeout",
        $"Timeout: Too large resource version: {wanted.ToString(CultureInfo.InvariantCulture)}, current: {current.ToString(CultureInfo.InvariantCulture)}",
        new JsonObject { ["causes"] = new JsonArray(new JsonObject { ["reason"] = "ResourceVersionTooLarge", ["message"] = "Too large resource version" }), ["retryAfterSeconds"] = 1 });

    private static string WriteToken(string last, long revision) =>
        Base64Url.EncodeToString(JsonText.Write(new JsonObject { ["v"] = "meta.k8s.io/v1", ["rv"] = revision, ["start"] = last + "\u0000" }));

    private static (string Start, long Revision) ReadToken(string token)
    {
        try
        {
            var content = JsonText.ParseObject(Base64Url.DecodeFromChars(token));
            if (content.Text("v") == "meta.k8s.io/v1" && content.Text("start") is { } start && content.Number("rv") is { } revision) return (start, revision);
        }
        catch (Exception exception) when (exception is FormatException or JsonException or DecoderFallbackException)
        {
            // Falls through: one answer for every token that is not ours.
        }

        throw StatusErrors.BadRequest("continue key is not valid: invalid token");
    }
}
