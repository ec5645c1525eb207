using System.Text;
using System.Text.Json.Nodes;
using Weft.ApiServer.Admission;
using Weft.ApiServer.Patching;
using Weft.ApiServer.Schemas;
using Weft.ApiServer.Storage;
using Weft.Kubernetes.Yaml;

namespace Weft.ApiServer.Endpoints;

/// <summary>Server-side apply: the applied configuration's fields become the manager's; what it no longer mentions and nobody else owns goes.</summary>
internal sealed class ServerSideApply(WritePipeline pipeline, ObjectStore store)
{
    public Task<WriteAnswer> ApplyAsync(ResourceRequest request, string subresource, byte[] body, CancellationToken cancellationToken)
    {
        if (request.Query("fieldManager").Length == 0) throw NoManager();
        var patch = Read(body);
        CheckKind(patch, request.Resource.ApiVersion, request.Resource.Kind);
        return ApplyAsync(request, subresource, patch, cancellationToken);
    }

    public static StatusException NoManager() =>
        StatusErrors.Invalid("meta.k8s.io", "PatchOptions", "", [FieldError.Required("fieldManager", "is required for apply patch")]);

    public static void CheckKind(JsonObject patch, string wantedVersion, string kind)
    {
        var apiVersion = patch.Text("apiVersion") ?? "";
        if (patch.Text("kind") != kind || apiVersion != wantedVersion)
            throw StatusErrors.BadRequest($"invalid object type: {(apiVersion.Length == 0 ? "/" : apiVersion)}, Kind={patch.Text("kind")}");
    }

    public async Task<WriteAnswer> ApplyAsync(ResourceRequest request, string subresource, JsonObject patch, CancellationToken cancellationToken)
    {
        var resource = request.Resource;
        var metadata = patch.Ensure("metadata");
        if (metadata.Text("name") is { Length: > 0 } name && name != request.Path.Name)
            throw StatusErrors.BadRequest($"the name of the object ({name}) does not match the name on the URL ({request.Path.Name})");
        if (metadata.Array("managedFields") is not null) throw StatusErrors.BadRequest("metadata.managedFields must be nil");
        metadata["name"] = request.Path.Name;
        CheckTyped(request, patch);
        var applied = ManagedFields.Tracked(FieldSets.Of(patch, resource.Schema));
        if (store.Current.Find(WritePipeline.Key(request)) is null) return await CreateAsync(request, subresource, patch, applied, cancellationToken);
        return await pipeline.UpdateAsync(
            request,
            subresource,
            current => Merge(request, subresource, current, patch, applied),
            applied,
            cancellationToken,
            (before, after) => Own(request, subresource, before, after, applied));
    }

    private async Task<WriteAnswer> CreateAsync(ResourceRequest request, string subresource, JsonObject patch, FieldSet applied, CancellationToken cancellationToken)
    {
        if (subresource.Length > 0) throw StatusErrors.NotFound(request.Resource, request.Path.Name);
        if (patch.TextAt("metadata", "uid") is { Length: > 0 } uid)
            throw StatusErrors.Conflict(request.Resource, request.Path.Name, $"uid mismatch: the provided object specified uid {uid}, and no existing object was found");
        if (patch.TextAt("metadata", "resourceVersion").Length > 0)
            throw StatusErrors.Conflict(request.Resource, request.Path.Name, "the object was not found but a resourceVersion was given; apply creates only without one");
        var item = WritePipeline.Decode(request, request.Resource, patch.Clone(), []);
        return await pipeline.CreateDecodedAsync(request, item, applied, cancellationToken);
    }

    /// <summary>Nothing but ownership changes.</summary>
    private static bool SameContent(JsonObject before, JsonObject after)
    {
        var (left, right) = (before.Clone(), after.Clone());
        left.Object("metadata")?.Remove("managedFields");
        right.Object("metadata")?.Remove("managedFields");
        return JsonNode.DeepEquals(left, right);
    }

    public static JsonObject Read(byte[] body)
    {
        try
        {
            return YamlText.Parse(body) switch
            {
                JsonObject patch => patch,
                null => [],
                var other => throw StatusErrors.BadRequest($"error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {RequestBody.Name(other)} into Go value of type map[string]interface {{}}"),
            };
        }
        catch (YamlFormatException exception)
        {
            throw StatusErrors.BadRequest($"error decoding YAML: error converting YAML to JSON: {exception.Message}");
        }
    }

    private static void CheckTyped(ResourceRequest request, JsonObject patch)
    {
        var unknown = new List<string>();
        var what = $"failed to create typed patch object ({patch.TextAt("metadata", "namespace")}/{request.Path.Name}; {request.Resource.ApiVersion}, Kind={request.Resource.Kind})";
        try
        {
            if (request.Resource.IsCustom) CustomResourceDecoder.Decode(patch, request.Resource, unknown);
            else ObjectDecoder.Decode(patch, request.Resource.Schema, request.Resource.Kind, unknown);
        }
        catch (DecodeException exception)
        {
            throw new StatusException(500, "", $"{what}: {exception.Typed}");
        }

        if (request.Resource.IsCustom && TypedValues.Mismatch(patch, request.Resource.Schema, "") is { } mismatch) throw new StatusException(500, "", $"{what}: {mismatch}");
        if (unknown.Count > 0) throw new StatusException(500, "", $"{what}: .{unknown[0]}: field not declared in schema");
        if (DuplicateKey(patch, request.Resource.Schema, "") is { } duplicate) throw new StatusException(500, "", $"{what}: {duplicate}");
    }

    private static string? DuplicateKey(JsonNode? value, SchemaNode schema, string path)
    {
        switch (value)
        {
            case JsonObject map:
                foreach (var (name, inner) in map)
                {
                    var node = schema.Fields.TryGetValue(name, out var field) ? field.Node : schema.Kind == SchemaKind.Map ? schema.Items! : SchemaNode.Anything;
                    if (DuplicateKey(inner, node, $"{path}.{name}") is { } found) return found;
                }

                return null;
            case JsonArray list when schema is { Kind: SchemaKind.List, ListKind: ListKind.Map }:
                var seen = new HashSet<string>(StringComparer.Ordinal);
                foreach (var item in list)
                {
                    var element = FieldSet.Element(item, schema);
                    if (!seen.Add(element))
                    {
                        var keys = JsonText.ParseObject(Encoding.UTF8.GetBytes(element[2..]));
                        return $"{path}: duplicate entries for key [{string.Join(',', keys.Select(k => $"{k.Key}={Encoding.UTF8.GetString(JsonText.Write(k.Value))}"))}]";
                    }

                    if (DuplicateKey(item, schema.Items!, path) is { } found) return found;
                }

                return null;
            default:
                return null;
        }
    }

    private static JsonObject Merge(ResourceRequest request, string subresource, JsonObject current, JsonObject patch, FieldSet applied)
    {
        var schema = request.Resource.Schema;
        var manager = request.FieldManager;
        var sub = subresource is "status" or "scale" ? subresource : "";
        var entries = ManagedFields.Read(current);
        var changed = Different(current, patch, schema, applied);
        if (!request.Force) RefuseConflicts(entries, manager, sub, changed);
        var mine = entries.FirstOrDefault(e => e.Manager == manager && e.Operation == ManagedFields.Apply && e.Subresource == sub)?.Fields ?? new FieldSet();
        var others = entries.Where(e => !(e.Manager == manager && e.Operation == ManagedFields.Apply && e.Subresource == sub))
            .Aggregate(new FieldSet(), (all, entry) => all.Union(entry.Fields));
        var merged = (JsonObject)AppliedMerge.Merge(current, patch, schema)!;
        AppliedMerge.Remove(merged, schema, mine.Except(applied).Except(others), others.Union(applied));
        return WritePipeline.Decode(request, request.Resource, merged, []);
    }

    /// <summary>The applied fields whose value is not what the object has.</summary>
    private static FieldSet Different(JsonObject current, JsonObject patch, SchemaNode schema, FieldSet applied)
    {
        var same = FieldSets.Of(current, schema).Intersect(applied);
        var changed = ManagedFields.Tracked(FieldSets.Changed(current, patch, schema));
        return applied.Except(same).Union(changed);
    }

    private static void RefuseConflicts(List<ManagedEntry> entries, string manager, string subresource, FieldSet changed)
    {
        var conflicts = new List<(string Owner, string Path)>();
        foreach (var entry in entries)
        {
            if (entry.Manager == manager && entry.Operation == ManagedFields.Apply && entry.Subresource == subresource) continue;
            var owner = entry.Operation == ManagedFields.Apply ? $"\"{entry.Manager}\"" : $"\"{entry.Manager}\"{(entry.Subresource.Length > 0 ? $" with subresource \"{entry.Subresource}\"" : "")} using {(subresource == "scale" ? "autoscaling/v1" : entry.ApiVersion)}";
            conflicts.AddRange(entry.Fields.Intersect(changed).Paths().Select(path => (owner, path)));
        }

        if (conflicts.Count == 0) return;
        var causes = new JsonArray([.. conflicts.Select(c => (JsonNode)new JsonObject { ["reason"] = "FieldManagerConflict", ["message"] = $"conflict with {c.Owner}", ["field"] = c.Path })]);
        throw new StatusException(409, "Conflict", Words(conflicts), new JsonObject { ["causes"] = causes });
    }

    private static string Words(List<(string Owner, string Path)> conflicts)
    {
        if (conflicts.Count == 1) return $"Apply failed with 1 conflict: conflict with {conflicts[0].Owner}: {conflicts[0].Path}";
        var parts = conflicts.GroupBy(c => c.Owner).Select(group => $"conflicts with {group.Key}:\n{string.Join('\n', group.Select(c => $"- {c.Path}"))}");
        return $"Apply failed with {conflicts.Count} conflicts: {string.Join('\n', parts)}";
    }

    private void Own(ResourceRequest request, string subresource, JsonObject before, JsonObject after, FieldSet applied)
    {
        var identity = pipeline.Identity(request, subresource);
        var entries = ManagedFields.Read(before);
        if (entries.Count == 0)
        {
            var held = ManagedFields.Tracked(FieldSets.All(before, request.Resource.Schema, !request.Resource.IsCustom));
            held.Children.Remove("f:status");
            entries.Add(new ManagedEntry("before-first-apply", ManagedFields.Update, request.Resource.ApiVersion, identity.Time, "", held));
        }

        var at = entries.FindIndex(e => e.Is(identity, ManagedFields.Apply));
        var changed = Different(before, after, request.Resource.Schema, applied);
        var all = ManagedFields.Tracked(FieldSets.All(after, request.Resource.Schema, !request.Resource.IsCustom));
        var result = new List<ManagedEntry>();
        foreach (var entry in entries)
        {
            if (entry.Is(identity, ManagedFields.Apply)) continue;
            var rest = request.Force || entry.Operation == ManagedFields.Update ? entry.Fields.Except(changed) : entry.Fields;
            result.Add(entry with { Fields = rest.Intersect(all.Union(entry.Operation == ManagedFields.Apply ? rest : new FieldSet())) });
        }

        var unchanged = at >= 0 && JsonNode.DeepEquals(entries[at].Fields.ToJson(), applied.ToJson()) && changed.IsEmpty;
        result.Add(unchanged ? entries[at] : new ManagedEntry(request.FieldManager, ManagedFields.Apply, request.Resource.ApiVersion, SameContent(before, after) ? at >= 0 ? entries[at].Time : "" : identity.Time, identity.Subresource, applied));
        ManagedFields.Write(after, result.Order(ManagedEntry.Order));
    }
}
