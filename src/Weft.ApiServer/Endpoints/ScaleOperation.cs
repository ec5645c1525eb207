using System.Globalization;
using System.Text.Json.Nodes;
using Weft.ApiServer.Admission;
using Weft.ApiServer.Discovery;
using Weft.ApiServer.Schemas;
using Weft.ApiServer.Storage;

namespace Weft.ApiServer.Endpoints;

/// <summary>The subresource `scale`: an object of its own kind that is read from, and written into, fields of the object it scales.</summary>
internal sealed class ScaleOperation(WritePipeline pipeline, PatchOperation patches, ServerSideApply apply, ObjectStore store, RequestBody bodies, BuiltInTypes types)
{
    private const string ApiVersion = "autoscaling/v1";

    private ResourceDefinition Scales { get; } = new()
    {
        Group = "autoscaling", Version = "v1", Plural = "scales", Kind = "Scale", Namespaced = true, TypeName = "autoscaling/v1.Scale", Schema = types.Root("autoscaling/v1.Scale"),
    };

    public JsonObject Read(ResourceRequest request)
    {
        var present = store.Current.Find(WritePipeline.Key(request)) ?? throw StatusErrors.NotFound(request.Resource, request.Path.Name);
        return Of(request.Resource, present.ToObject(request.Resource));
    }

    public async Task<JsonObject> WriteAsync(ResourceRequest request, CancellationToken cancellationToken)
    {
        var options = request.Verb == "update" ? "UpdateOptions" : "PatchOptions";
        var asked = new ResourceRequest(request.Context, request.Path, Scales, request.User, request.Verb);
        request.ReadWriteOptions(options);
        asked.ReadWriteOptions(options);
        try
        {
            if (request.Verb == "patch" && PatchOperation.IsApply(request)) return await ApplyAsync(request, cancellationToken);
            var change = request.Verb == "update" ? await ReplacementAsync(asked) : await patches.ReadAsync(asked, request.Resource.IsCustom);
            var answer = await pipeline.UpdateAsync(request, "scale", current => Scaled(request, current, change), null, cancellationToken);
            return Of(request.Resource, answer.Object);
        }
        finally
        {
            request.Warnings.AddRange(asked.Warnings);
        }
    }

    private async Task<Func<JsonObject, JsonObject>> ReplacementAsync(ResourceRequest asked)
    {
        var findings = new List<string>();
        var body = await bodies.ReadObjectAsync(asked.Context, Scales.Kind, findings);
        RequestBody.CheckKind(body, ApiVersion, Scales.Kind, pipeline.Registry);
        var wanted = WritePipeline.Decode(asked, Scales, body, findings);
        if (findings.Count > 0 && asked.FieldValidation == FieldValidation.Strict) throw WritePipeline.StrictFailure(Scales, findings);
        return _ => wanted;
    }

    /// <summary>An apply of the scale is one of the fields behind it, in the name of the subresource.</summary>
    private async Task<JsonObject> ApplyAsync(ResourceRequest request, CancellationToken cancellationToken)
    {
        var applied = ServerSideApply.Read(await RequestBody.ReadAsync(request.Context));
        if (request.Query("fieldManager").Length == 0) throw ServerSideApply.NoManager();
        ServerSideApply.CheckKind(applied, ApiVersion, Scales.Kind);
        CheckIdentity(request, applied, nameIsOptional: true);
        if (store.Current.Find(WritePipeline.Key(request)) is null) throw StatusErrors.NotFound(request.Resource, request.Path.Name);
        var target = new JsonObject { ["apiVersion"] = request.Resource.ApiVersion, ["kind"] = request.Resource.Kind, ["metadata"] = new JsonObject { ["name"] = request.Path.Name } };
        if (applied.TextAt("metadata", "resourceVersion") is { Length: > 0 } version) target.Ensure("metadata")["resourceVersion"] = version;
        if (applied.Object("spec")?.Number("replicas") is { } replicas) SimpleJsonPath.Set(target, ReplicasPath(request.Resource), JsonValue.Create(replicas));
        return Of(request.Resource, (await apply.ApplyAsync(request, "scale", target, cancellationToken)).Object);
    }

    private static JsonObject Scaled(ResourceRequest request, JsonObject current, Func<JsonObject, JsonObject> change)
    {
        var wanted = change(Of(request.Resource, current));
        CheckIdentity(request, wanted, nameIsOptional: false);
        if (wanted.TextAt("metadata", "resourceVersion") is { Length: > 0 } version) current.Ensure("metadata")["resourceVersion"] = version;
        else current.Object("metadata")?.Remove("resourceVersion");
        var replicas = wanted.Object("spec")?.Number("replicas") ?? 0;
        if (replicas < 0)
            throw StatusErrors.Invalid("autoscaling", "Scale", request.Path.Name, [FieldError.Invalid("spec.replicas", replicas.ToString(CultureInfo.InvariantCulture), "must be greater than or equal to 0")]);
        var uid = current.TextAt("metadata", "uid");
        if (wanted.TextAt("metadata", "uid") is { Length: > 0 } given && given != uid)
            throw StatusErrors.Conflict(request.Resource, request.Path.Name, $"Precondition failed: UID in precondition: {given}, UID in object meta: {uid}");
        SimpleJsonPath.Set(current, ReplicasPath(request.Resource), JsonValue.Create(replicas));
        return current;
    }

    private static void CheckIdentity(ResourceRequest request, JsonObject scale, bool nameIsOptional)
    {
        var name = scale.TextAt("metadata", "name");
        if (name.Length == 0 && !nameIsOptional) throw StatusErrors.BadRequest("name must be provided");
        if (name.Length > 0 && name != request.Path.Name) throw StatusErrors.BadRequest($"the name of the object ({name}) does not match the name on the URL ({request.Path.Name})");
        if (scale.TextAt("metadata", "namespace") is { Length: > 0 } ns && ns != request.Namespace)
            throw StatusErrors.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
    }

    private static string ReplicasPath(ResourceDefinition resource) => resource.ScalePaths?.SpecReplicas ?? ".spec.replicas";

    private static JsonObject Of(ResourceDefinition resource, JsonObject item)
    {
        var metadata = item.Object("metadata") ?? [];
        var scaleMeta = new JsonObject();
        foreach (var field in new[] { "name", "namespace", "uid", "resourceVersion", "creationTimestamp" })
            if (metadata[field] is { } value) scaleMeta[field] = value.DeepClone();
        var spec = new JsonObject();
        var replicas = Count(SimpleJsonPath.Find(item, ReplicasPath(resource)));
        if (replicas != 0) spec["replicas"] = replicas;
        var status = new JsonObject { ["replicas"] = Count(SimpleJsonPath.Find(item, resource.ScalePaths?.StatusReplicas ?? ".status.replicas")) };
        var selector = resource.ScalePaths is { } paths
            ? paths.LabelSelector.Length > 0 ? SimpleJsonPath.Find(item, paths.LabelSelector)?.ToString() ?? "" : ""
            : BuiltInCells.Selector(item.At("spec", "selector"));
        if (selector.Length > 0) status["selector"] = selector;
        return new JsonObject { ["kind"] = "Scale", ["apiVersion"] = ApiVersion, ["metadata"] = scaleMeta, ["spec"] = spec, ["status"] = status };
    }

    private static long Count(JsonNode? value) => new JsonObject { ["n"] = value?.DeepClone() }.Number("n") ?? 0;
}
