using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Weft.ApiServer.Admission;
using Weft.ApiServer.Discovery;
using Weft.ApiServer.Patching;
using Weft.ApiServer.Schemas;
using Weft.ApiServer.Storage;
using Weft.Kubernetes.Json;

namespace Weft.ApiServer.Endpoints;

/// <summary>PATCH in its four kinds.</summary>
internal sealed class PatchOperation(WritePipeline pipeline, ObjectStore store, ServerSideApply apply)
{
    private const string ApplyType = "application/apply-patch+yaml";
    private const string StrategicType = "application/strategic-merge-patch+json";

    private static readonly string[] Accepted = ["application/json-patch+json", "application/merge-patch+json", StrategicType, ApplyType, "application/apply-patch+cbor"];

    public static bool IsApply(ResourceRequest request) => RequestBody.MediaType(request.Context) == ApplyType;

    public async Task<WriteAnswer> PatchAsync(ResourceRequest request, string subresource, CancellationToken cancellationToken)
    {
        request.ReadWriteOptions("PatchOptions");
        if (IsApply(request)) return await apply.ApplyAsync(request, subresource, await RequestBody.ReadAsync(request.Context), cancellationToken);
        var change = await ReadAsync(request, request.Resource.IsCustom);
        if (store.Current.Find(WritePipeline.Key(request)) is null) throw StatusErrors.NotFound(request.Resource, request.Path.Name);
        return await pipeline.UpdateAsync(request, subresource, change, null, cancellationToken);
    }

    /// <summary>The change that a JSON, merge or strategic patch makes to an object of the request's kind. Custom resources have no strategic patches.</summary>
    public async Task<Func<JsonObject, JsonObject>> ReadAsync(ResourceRequest request, bool isCustom)
    {
        if (request.Force)
            throw StatusErrors.Invalid("meta.k8s.io", "PatchOptions", "", [FieldError.Forbidden("force", "may not be specified for non-apply patch")]);
        var body = await RequestBody.ReadAsync(request.Context);
        var findings = new List<string>();
        var type = RequestBody.MediaType(request.Context);
        Func<JsonObject, JsonObject> patch = type switch
        {
            "application/json-patch+json" => JsonPatchOf(body, findings),
            "application/merge-patch+json" => MergePatchOf(body, findings),
            StrategicType when isCustom => throw StatusErrors.UnsupportedMediaType(["application/json-patch+json", "application/merge-patch+json", ApplyType]),
            StrategicType when request.Resource.TypeName == "crd" => throw StatusErrors.UnsupportedMediaType(Accepted),
            StrategicType => StrategicPatchOf(body, request.Resource, findings),
            _ => throw StatusErrors.UnsupportedMediaType(Accepted),
        };
        return current => Patched(request, current, patch, findings, type == StrategicType ? body : null);
    }

    private JsonObject Patched(ResourceRequest request, JsonObject current, Func<JsonObject, JsonObject> patch, IReadOnlyList<string> duplicates, byte[]? strategic)
    {
        var version = current.TextAt("metadata", "resourceVersion");
        JsonObject result;
        var left = strategic is null ? null : StrategicMergePatch.Remainder(JsonText.Parse(strategic) as JsonObject ?? [], current);
        try
        {
            result = patch(current);
        }
        catch (PatchException exception)
        {
            throw exception.Code switch
            {
                // Why is not told, as there.
                422 => new StatusException(422, "Invalid", "the server rejected our request due to an error in our request", []),
                400 => StatusErrors.BadRequest(exception.Message),
                _ => new StatusException(500, "", exception.Message),
            };
        }

        var shown = Shown(result, left);
        if (strategic is null && !request.Resource.IsCustom) CheckKind(request, result, shown);
        if (result.TextAt("metadata", "resourceVersion") == version) result.Object("metadata")?.Remove("resourceVersion");
        result["kind"] = request.Resource.Kind;
        result["apiVersion"] = request.Resource.ApiVersion;
        var findings = new List<string>(duplicates);
        JsonObject decoded;
        try
        {
            decoded = WritePipeline.Decode(request, request.Resource, result, findings);
        }
        catch (StatusException exception) when (exception.Code == 400)
        {
            throw StatusErrors.Invalid("", "", "", [FieldError.Invalid("patch", shown, Cause(exception))]);
        }

        if (findings.Count > 0 && request.FieldValidation == FieldValidation.Strict)
            throw StatusErrors.Invalid("", "", "", [FieldError.Invalid("patch", shown, $"strict decoding error: {string.Join(", ", findings)}")]);
        if (decoded.TextAt("metadata", "name").Length == 0)
            throw StatusErrors.BadRequest($"the name of the object ({request.Path.Name} based on URL) was undeterminable: name must be provided");
        return decoded;
    }

    /// <summary>A patch of the whole object can make another kind of it; a strategic one has no such field.</summary>
    private void CheckKind(ResourceRequest request, JsonObject patched, string shown)
    {
        try
        {
            RequestBody.CheckKind(patched, request.Resource.ApiVersion, request.Resource.Kind, pipeline.Registry);
        }
        catch (StatusException exception) when (exception.Code == 400)
        {
            throw StatusErrors.Invalid("", "", "", [FieldError.Invalid("patch", shown, Cause(exception))]);
        }
    }

    private static string Cause(StatusException exception) => exception.Message[(exception.Message.IndexOf(": ", StringComparison.Ordinal) + 2)..];

    /// <summary>Of a strategic patch what is left of it, printed as Go prints a map; else the patched object as JSON, keys sorted.</summary>
    private static string Shown(JsonObject item, JsonObject? strategic) =>
        ObjectValidation.Quote(strategic is not null ? GoText.Print(strategic) : Encoding.UTF8.GetString(JsonText.Write(GoText.Sorted(item))));

    private static Func<JsonObject, JsonObject> JsonPatchOf(byte[] body, List<string> findings)
    {
        var patch = Parse(body, findings, "error decoding patch: ");
        var operations = patch as JsonArray ?? throw Mismatch("error decoding patch: ", patch, "[]interface {}");
        const int most = 10000;
        if (operations.Count > most)
            throw new StatusException(413, "RequestEntityTooLarge", $"Request entity too large: The allowed maximum operations in a JSON patch is {most}, got {operations.Count}");
        return current => JsonPatch.Apply(current, operations);
    }

    private static Func<JsonObject, JsonObject> MergePatchOf(byte[] body, List<string> findings)
    {
        var patch = Parse(body, findings, "error decoding patch: ") ?? throw StatusErrors.BadRequest("Invalid JSON Patch");
        var merged = patch as JsonObject ?? throw Mismatch("error decoding patch: ", patch, "map[string]interface {}");
        return current => MergePatch.Apply(current, merged);
    }

    private static Func<JsonObject, JsonObject> StrategicPatchOf(byte[] body, ResourceDefinition resource, List<string> findings)
    {
        var patch = Parse(body, findings, "") ?? new JsonObject();
        var merged = patch as JsonObject ?? throw Mismatch("", patch, "map[string]interface {}");
        return current => StrategicMergePatch.Apply(current, merged, resource.Schema);
    }

    private static StatusException Mismatch(string prefix, JsonNode? patch, string wanted)
    {
        var kind = patch?.GetValueKind() switch
        {
            JsonValueKind.Array => "array",
            JsonValueKind.Object => "object",
            JsonValueKind.String => "string",
            JsonValueKind.True or JsonValueKind.False => "bool",
            _ => "number",
        };
        return StatusErrors.BadRequest($"{prefix}json: cannot unmarshal {kind} into Go value of type {wanted}");
    }

    /// <summary>Fields that the patch says twice are findings of the strict decoder.</summary>
    private static JsonNode? Parse(byte[] body, List<string> findings, string prefix)
    {
        try
        {
            var duplicates = new List<string>();
            var patch = JsonText.Parse(body, duplicates);
            findings.AddRange(duplicates.Select(d => $"duplicate field \"{d}\""));
            return patch;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw StatusErrors.BadRequest(prefix + GoJson.Explain(body));
        }
    }
}
