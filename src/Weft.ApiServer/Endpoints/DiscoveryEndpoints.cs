using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Weft.ApiServer.Discovery;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Endpoints;

/// <summary>`/api`, `/apis` and what is below them, by which clients find out what is served: in the encoding and shape that they ask for.</summary>
internal sealed class DiscoveryEndpoints(RegistrySource registry)
{
    private const string AggregatedKind = "APIGroupDiscoveryList";

    /// <summary>Whether the path is a document, so that other methods than reading are refused.</summary>
    public bool Serves(string path) => path is "/api" or "/apis" || path.Trim('/').Split('/') switch
    {
        ["api", _] => true,
        ["apis", var group, ..] parts => parts.Length <= 3 && registry.Current.GroupVersions.Any(v => v.Group == group),
        _ => false,
    };

    /// <summary>False when the path is not one of these.</summary>
    public async Task<bool> TryHandleAsync(HttpContext context, string path)
    {
        JsonObject? document;
        switch (path.Trim('/').Split('/'))
        {
            case ["api"]:
                await RootAsync(context, core: true);
                return true;
            case ["apis"]:
                await RootAsync(context, core: false);
                return true;
            case ["api", var version]:
                document = DiscoveryDocuments.Resources(registry.Current, "", version) ?? throw StatusErrors.UnknownResource();
                break;
            case ["apis", var group]:
                document = DiscoveryDocuments.Group(registry.Current, group);
                break;
            case ["apis", var group, var version]:
                document = DiscoveryDocuments.Resources(registry.Current, group, version);
                if (document is null && registry.Current.GroupVersions.Any(v => v.Group == group)) throw StatusErrors.UnknownResource();
                break;
            default:
                return false;
        }

        if (document is null) await Answer.TextAsync(context, 404, "404 page not found\n");
        else await SendAsync(context, document);
        return true;
    }

    private async Task RootAsync(HttpContext context, bool core)
    {
        context.Response.Headers.Vary = "Accept";
        if (Aggregated(context) is not { } type)
        {
            await SendAsync(context, core ? DiscoveryDocuments.Versions(context.Request.Host.ToString()) : DiscoveryDocuments.Groups(registry.Current));
            return;
        }

        var document = DiscoveryDocuments.Aggregated(registry.Current, core);
        var body = JsonText.Write(document);
        if (NotModified(context, SystemEndpoints.Hash(body), $"{type};g=apidiscovery.k8s.io;v=v2;as={AggregatedKind}")) return;
        if (type == OutputFormat.ProtobufType) await Answer.ProtobufAsync(context, 200, ProtobufWriter.Envelope("apidiscovery.k8s.io/v2", AggregatedKind, DiscoveryWire.Write(document)));
        else await Answer.JsonAsync(context, 200, body);
    }

    /// <summary>The encoding of the aggregated list when the client prefers it; null when it wants the plain documents.</summary>
    private static string? Aggregated(HttpContext context)
    {
        var accepted = context.Request.Headers.Accept.ToString().Split(',').Select(a => a.Split(';').Select(p => p.Trim()).ToArray()).ToArray();
        foreach (var entry in accepted)
        {
            if (entry[0] is not ("application/json" or OutputFormat.ProtobufType)) continue;
            if (!entry.Any(p => p.StartsWith("as=", StringComparison.Ordinal))) return null;
            if (entry.Contains($"as={AggregatedKind}") && entry.Contains("g=apidiscovery.k8s.io") && entry.Contains("v=v2")) return entry[0];
        }

        if (accepted.Any(entry => entry.Contains($"as={AggregatedKind}")) && !accepted.Any(entry => entry[0] == "*/*"))
            throw StatusErrors.NotAcceptable(["application/json", "application/yaml", OutputFormat.ProtobufType]);
        return null;
    }

    private static Task SendAsync(HttpContext context, JsonObject document)
    {
        var format = OutputFormat.Negotiate(context, protobuf: true, tables: false);
        return format.Encoding == OutputEncoding.Protobuf
            ? Answer.ProtobufAsync(context, 200, ProtobufWriter.Envelope("v1", document.Text("kind") ?? "", DiscoveryWire.Write(document)))
            : Answer.JsonAsync(context, 200, document, format);
    }

    private static bool NotModified(HttpContext context, string hash, string type)
    {
        var tag = $"\"{hash}\"";
        context.Response.Headers.ETag = tag;
        context.Response.OnStarting(() =>
        {
            context.Response.Headers.CacheControl = "public";
            if (context.Response.StatusCode == 200) context.Response.ContentType = type;
            return Task.CompletedTask;
        });
        if (context.Request.Headers.IfNoneMatch != tag) return false;
        context.Response.StatusCode = 304;
        return true;
    }
}
