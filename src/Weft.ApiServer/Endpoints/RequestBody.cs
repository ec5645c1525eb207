using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Weft.ApiServer.Discovery;
using Weft.ApiServer.Schemas;
using Weft.Kubernetes.Yaml;

namespace Weft.ApiServer.Endpoints;

/// <summary>Reads request bodies: bounded, and in any of the encodings Kubernetes accepts.</summary>
internal sealed class RequestBody(ProtobufReader protobuf)
{
    public const long Limit = 3 * 1024 * 1024;
    private static readonly string[] Accepted = ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"];

    /// <summary>The bytes, refused with 413 beyond the limit without reading on. Throws <see cref="ClientGoneException"/> when the client takes the request back.</summary>
    public static async Task<byte[]> ReadAsync(HttpContext context)
    {
        if (context.Request.ContentLength > Limit) throw StatusErrors.TooLarge(Limit);
        using var buffer = new MemoryStream();
        var chunk = new byte[64 * 1024];
        try
        {
            int read;
            while ((read = await context.Request.Body.ReadAsync(chunk, context.RequestAborted)) > 0)
            {
                if (buffer.Length + read > Limit) throw StatusErrors.TooLarge(Limit);
                buffer.Write(chunk, 0, read);
            }
        }
        catch (BadHttpRequestException exception)
        {
            throw StatusErrors.BadRequest(exception.Message);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            throw new ClientGoneException(exception);
        }

        return buffer.ToArray();
    }

    public static string MediaType(HttpContext context)
    {
        var type = context.Request.ContentType ?? "";
        var end = type.IndexOf(';', StringComparison.Ordinal);
        return (end < 0 ? type : type[..end]).Trim().ToLowerInvariant();
    }

    /// <summary>The object of a create or update. Findings of strict decoding (duplicates) are added to <paramref name="strict"/>.</summary>
    public async Task<JsonObject> ReadObjectAsync(HttpContext context, string kind, List<string> strict)
    {
        var bytes = await ReadAsync(context);
        return MediaType(context) switch
        {
            "" or "application/json" => FromJson(bytes, kind, strict),
            "application/yaml" => FromYaml(bytes, kind, strict),
            "application/vnd.kubernetes.protobuf" => protobuf.Read(bytes, kind),
            _ => throw StatusErrors.UnsupportedMediaType(Accepted),
        };
    }

    public JsonObject ReadProtobuf(byte[] bytes, string kind) => protobuf.Read(bytes, kind);

    public static JsonObject FromJson(byte[] bytes, string kind, List<string> strict)
    {
        var duplicates = new List<string>();
        try
        {
            var node = JsonText.Parse(bytes, duplicates);
            strict.AddRange(duplicates.Select(d => $"duplicate field \"{d}\""));
            return node as JsonObject ?? throw NotAnObject(kind, node, bytes);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or DecoderFallbackException)
        {
            throw Unrecognized(kind, $"couldn't get version/kind; json parse error: {GoJson.Explain(bytes)} ({Shown(bytes)})");
        }
    }

    public static JsonObject FromYaml(byte[] bytes, string kind, List<string> strict)
    {
        try
        {
            var duplicates = new List<string>();
            var node = YamlText.Parse(bytes, duplicates);
            strict.AddRange(duplicates);
            return node as JsonObject ?? throw NotAnObject(kind, node, bytes);
        }
        catch (YamlFormatException exception)
        {
            throw Unrecognized(kind, $"{exception.Message} ({Convert.ToHexStringLower(bytes.AsSpan(0, Math.Min(bytes.Length, 30)))} ...)");
        }
    }

    /// <summary>The kind a body must have for a resource: refuses another group, version or kind in Kubernetes' words.</summary>
    public static void CheckKind(JsonObject body, string apiVersion, string kind, ResourceRegistry registry)
    {
        var givenKind = body.Text("kind") is { Length: > 0 } k ? k : kind;
        var givenVersion = body.Text("apiVersion") is { Length: > 0 } v ? v : apiVersion;
        body["kind"] = givenKind;
        body["apiVersion"] = givenVersion;
        if (givenKind == kind && givenVersion == apiVersion) return;
        var version = givenVersion[(givenVersion.IndexOf('/', StringComparison.Ordinal) + 1)..];
        if (registry.FindKind(givenVersion, givenKind) is not null && givenKind != kind)
            throw StatusErrors.BadRequest($"{givenKind} in version \"{version}\" cannot be handled as a {kind}: converting ({version}.{givenKind}) to ({registry.FindKind(apiVersion, kind)?.GoType ?? kind}): unknown conversion");
        if (registry.FindKind(givenVersion, givenKind) is not null)
            throw StatusErrors.BadRequest($"the API version in the data ({givenVersion}) does not match the expected API version ({apiVersion})");
        throw StatusErrors.BadRequest(
            $"{givenKind} in version \"{version}\" cannot be handled as a {kind}: no kind \"{givenKind}\" is registered for version \"{givenVersion}\" in scheme \"pkg/api/legacyscheme/scheme.go:30\"");
    }

    /// <summary>The same for objects that the client sends of a resource; those of definitions are decoded without a list of kinds, so that other things are said of them.</summary>
    public static void CheckKind(JsonObject body, ResourceDefinition resource, ResourceRegistry registry)
    {
        if (!resource.IsCustom)
        {
            CheckKind(body, resource.ApiVersion, resource.Kind, registry);
            return;
        }

        body.Default("kind", resource.Kind);
        body.Default("apiVersion", resource.ApiVersion);
        if (body.Text("apiVersion") is { Length: > 0 } version && version != resource.ApiVersion)
            throw StatusErrors.BadRequest($"the API version in the data ({version}) does not match the expected API version ({resource.ApiVersion})");
        if (body.Text("kind") is { Length: > 0 } kind && kind != resource.Kind)
            throw StatusErrors.Invalid(resource.Group, kind, body.TextAt("metadata", "name"), [FieldError.Invalid("kind", Admission.ObjectValidation.Quote(kind), $"must be {resource.Kind}")]);
    }

    private static StatusException NotAnObject(string kind, JsonNode? node, byte[] bytes) => Unrecognized(
        kind,
        $"couldn't get version/kind; json parse error: json: cannot unmarshal {Name(node)} into Go value of type struct {{ APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }} ({Convert.ToHexStringLower(bytes.AsSpan(0, Math.Min(bytes.Length, 30)))})");

    private static StatusException Unrecognized(string kind, string why) =>
        StatusErrors.BadRequest($"the object provided is unrecognized (must be of type {kind}): {why}");

    private static string Shown(byte[] bytes)
    {
        if (bytes.Length == 0) return "<empty>";
        var text = Encoding.UTF8.GetString(bytes.AsSpan(0, Math.Min(bytes.Length, 30)));
        return bytes.Length > 30 ? $"{text} ..." : text;
    }

    /// <summary>What encoding/json calls a value of this kind.</summary>
    public static string Name(JsonNode? node) => node switch
    {
        JsonArray => "array",
        null => "null",
        _ => node.GetValueKind() switch { JsonValueKind.String => "string", JsonValueKind.Number => "number", _ => "bool" },
    };
}
