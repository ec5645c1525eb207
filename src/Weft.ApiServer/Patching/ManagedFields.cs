using System.Text.Json.Nodes;
using Weft.ApiServer.Discovery;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Patching;

/// <summary>Who owns which fields: the entries of metadata.managedFields.</summary>
internal static class ManagedFields
{
    public const string Apply = "Apply";
    public const string Update = "Update";

    private static readonly string[] Untracked =
        ["f:name", "f:namespace", "f:uid", "f:resourceVersion", "f:generation", "f:creationTimestamp", "f:deletionTimestamp", "f:deletionGracePeriodSeconds", "f:managedFields", "f:selfLink"];

    public static List<ManagedEntry> Read(JsonObject item) =>
        [.. JsonAccess.Objects(item.Object("metadata")?.Array("managedFields")).Select(ManagedEntry.Parse)];

    public static void Write(JsonObject item, IEnumerable<ManagedEntry> entries)
    {
        var array = new JsonArray();
        foreach (var entry in entries.Where(e => !e.Fields.IsEmpty)) array.Add(entry.ToJson());
        var metadata = item.Ensure("metadata");
        if (array.Count == 0) metadata.Remove("managedFields");
        else metadata["managedFields"] = array;
    }

    /// <summary>
    /// Entries after an ordinary write of <paramref name="after"/> over <paramref name="before"/> (null when created):
    /// what was added or changed belongs to the writer, what is gone belongs to nobody.
    /// </summary>
    public static void TrackUpdate(JsonObject? before, JsonObject after, ResourceDefinition resource, ManagerIdentity manager)
    {
        var entries = before is null ? [] : Read(before);
        if (IsReset(after))
        {
            after.Object("metadata")?.Remove("managedFields");
            return;
        }

        // An object that nobody's fields are known of stays so, until something is applied to it.
        if (before is not null && entries.Count == 0)
        {
            after.Object("metadata")?.Remove("managedFields");
            return;
        }

        var typed = !resource.IsCustom;
        var all = Tracked(FieldSets.All(after, resource.Schema, typed));
        // What an empty object of the kind already says is nobody's doing.
        var from = before ?? (typed ? ObjectDecoder.Decode([], resource.Schema, resource.Kind, []) : []);
        var old = Tracked(FieldSets.All(from, resource.Schema, typed));
        var mine = all.Except(old).Union(Tracked(FieldSets.Changed(from, after, resource.Schema)));
        mine = WithoutReset(mine, resource, manager.Subresource);
        var result = entries
            .Select(e => e.Is(manager, Update) ? e : e with { Fields = e.Fields.Except(mine).Intersect(all) })
            .ToList();
        var at = result.FindIndex(e => e.Is(manager, Update));
        if (!mine.IsEmpty)
        {
            var own = at >= 0 ? result[at].Fields.Union(mine).Intersect(all) : mine;
            var entry = new ManagedEntry(manager.Name, Update, resource.ApiVersion, manager.Time, manager.Subresource, own);
            if (at >= 0) result.RemoveAt(at);
            result.Add(entry);
        }
        else if (at >= 0)
        {
            result[at] = result[at] with { Fields = result[at].Fields.Intersect(all) };
        }

        Write(after, result.Order(ManagedEntry.Order));
    }

    /// <summary>A list of one empty entry is the agreed way to forget all owners.</summary>
    private static bool IsReset(JsonObject item) =>
        item.Object("metadata")?.Array("managedFields") is { Count: 1 } list && list[0] is JsonObject entry && string.IsNullOrEmpty(entry.Text("manager"));

    /// <summary>Without the half of the object that a write through this path cannot change.</summary>
    private static FieldSet WithoutReset(FieldSet set, ResourceDefinition resource, string subresource)
    {
        if (!resource.HasStatus) return set;
        var result = new FieldSet { Member = set.Member };
        foreach (var (name, child) in set.Children)
            if (subresource == "status" ? name is "f:status" or "f:metadata" : name != "f:status") result.Children[name] = child;
        return result;
    }

    /// <summary>The set without what the server itself writes.</summary>
    public static FieldSet Tracked(FieldSet set)
    {
        set.Member = false;
        set.Children.Remove("f:kind");
        set.Children.Remove("f:apiVersion");
        if (set.Find("f:metadata") is { } metadata)
        {
            foreach (var name in Untracked) metadata.Children.Remove(name);
            if (metadata.Children.Count == 0) set.Children.Remove("f:metadata");
            else metadata.Member = false;
        }

        return set;
    }
}

/// <summary>The writer of a request: manager name, the subresource it writes through, and when.</summary>
internal sealed record ManagerIdentity(string Name, string Subresource, string Time);

/// <summary>One entry of managedFields.</summary>
internal sealed record ManagedEntry(string Manager, string Operation, string ApiVersion, string Time, string Subresource, FieldSet Fields)
{
    /// <summary>Applied entries first, then by time: Kubernetes' order.</summary>
    public static Comparer<ManagedEntry> Order { get; } = Comparer<ManagedEntry>.Create(static (a, b) =>
    {
        var byOperation = string.CompareOrdinal(a.Operation, b.Operation);
        return byOperation != 0 ? byOperation : string.CompareOrdinal(a.Time, b.Time) is var byTime and not 0 ? byTime
            : string.CompareOrdinal(a.Manager, b.Manager) is var byManager and not 0 ? byManager : string.CompareOrdinal(a.Subresource, b.Subresource);
    });

    public bool Is(ManagerIdentity manager, string operation) =>
        Manager == manager.Name && Operation == operation && Subresource == manager.Subresource;

    public static ManagedEntry Parse(JsonObject entry) => new(
        entry.Text("manager") ?? "",
        entry.Text("operation") ?? "",
        entry.Text("apiVersion") ?? "",
        entry.Text("time") ?? "",
        entry.Text("subresource") ?? "",
        FieldSet.Parse(entry.Object("fieldsV1") ?? []));

    public JsonObject ToJson()
    {
        var entry = new JsonObject
        {
            ["manager"] = Manager,
            ["operation"] = Operation,
            ["apiVersion"] = ApiVersion,
            ["time"] = Time.Length == 0 ? null : Time,
            ["fieldsType"] = "FieldsV1",
            ["fieldsV1"] = Fields.ToJson(),
        };
        if (Time.Length == 0) entry.Remove("time");
        if (Subresource.Length > 0) entry["subresource"] = Subresource;
        return entry;
    }
}
