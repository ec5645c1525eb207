using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Weft.ApiServer.Discovery;
using Weft.ApiServer.Metrics;
using Weft.ApiServer.Schemas;
using Weft.ApiServer.Security;

namespace Weft.ApiServer.Endpoints;

/// <summary>Everything that is not a resource: health, metrics, version, discovery, the token issuer's documents.</summary>
internal sealed class SystemEndpoints(RegistrySource registry, OpenApiEndpoints openApi, MetricsPage metrics, HealthEndpoints health, ServiceAccountTokens tokens)
{
    private const string Newest = "v1.36.2";
    private static readonly string[] Documents = ["/version", "/api", "/apis", "/.well-known/openid-configuration", "/openid/v1/jwks"];

    public static JsonObject Version { get; } = new()
    {
        ["major"] = "1",
        ["minor"] = "36",
        ["emulationMajor"] = "1",
        ["emulationMinor"] = "36",
        ["minCompatibilityMajor"] = "1",
        ["minCompatibilityMinor"] = "35",
        ["gitVersion"] = Newest,
        ["gitCommit"] = "weft",
        ["gitTreeState"] = "clean",
        ["buildDate"] = "1970-01-01T00:00:00Z",
        ["goVersion"] = "none",
        ["compiler"] = "dotnet",
        ["platform"] = "linux/amd64",
    };

    /// <summary>False when the path is not one of these.</summary>
    public async Task<bool> TryHandleAsync(HttpContext context, string path)
    {
        var trimmed = path.Length > 1 ? path.TrimEnd('/') : path;
        if (HealthEndpoints.Serves(trimmed))
        {
            await health.AnswerAsync(context, trimmed);
            return true;
        }

        if (!HttpMethods.IsGet(context.Request.Method) && IsDocument(trimmed)) throw StatusErrors.MethodNotAllowed();
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method)) return false;
        if (trimmed.StartsWith("/openapi/", StringComparison.Ordinal)) return await openApi.TryHandleAsync(context, trimmed);
        switch (trimmed)
        {
            case "/":
                await Answer.JsonAsync(context, 200, new JsonObject { ["paths"] = new JsonArray([.. Paths().Select(p => (JsonNode)p)]) });
                return true;
            case "/version":
                await Answer.JsonAsync(context, 200, Version);
                return true;
            case "/metrics":
                await Answer.TypedAsync(context, 200, MetricsPage.ContentType, System.Text.Encoding.UTF8.GetBytes(metrics.Write()));
                return true;
            case "/api":
                await DiscoverAsync(context, core: true);
                return true;
            case "/apis":
                await DiscoverAsync(context, core: false);
                return true;
            case "/.well-known/openid-configuration":
                await Answer.JsonAsync(context, 200, OpenIdConfiguration(context.Request.Host.ToString()));
                return true;
            case "/openid/v1/jwks":
                await KeysAsync(context);
                return true;
        }

        return await TryVersionAsync(context, trimmed.Trim('/').Split('/'));
    }

    /// <summary>Documents that can only be read: other methods are refused, not unknown.</summary>
    private bool IsDocument(string path) => Documents.Contains(path) || path.Trim('/').Split('/') switch
    {
        ["api", _] => true,
        ["apis", var group, ..] parts => parts.Length <= 3 && registry.Current.GroupVersions.Any(v => v.Group == group),
        _ => false,
    };

    private async Task<bool> TryVersionAsync(HttpContext context, string[] parts)
    {
        JsonObject? document;
        switch (parts)
        {
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
            case ["version", ..]:
                throw StatusErrors.UnknownResource();
            default:
                return false;
        }

        if (document is null) await Answer.TextAsync(context, 404, "404 page not found\n");
        else await Answer.JsonAsync(context, 200, document);
        return true;
    }

    private IEnumerable<string> Paths() =>
        ["/.well-known/openid-configuration", "/api", "/api/v1", "/apis", .. registry.Current.GroupVersions.Where(v => v.Group.Length > 0).SelectMany(v => new[] { $"/apis/{v.Group}", $"/apis/{v.Group}/{v.Version}" }).Distinct().Order(StringComparer.Ordinal), "/healthz", "/livez", "/metrics", "/openapi/v2", "/openapi/v3", "/openid/v1/jwks", "/readyz", "/version"];

    private async Task DiscoverAsync(HttpContext context, bool core)
    {
        var accept = context.Request.Headers.Accept.ToString();
        context.Response.Headers.Vary = "Accept";
        if (!accept.Contains("as=APIGroupDiscoveryList", StringComparison.Ordinal))
        {
            OutputFormat.Negotiate(context, tables: false);
            await Answer.JsonAsync(context, 200, core ? DiscoveryDocuments.Versions(context.Request.Host.ToString()) : DiscoveryDocuments.Groups(registry.Current));
            return;
        }

        if (!accept.Split(',').Any(a => a.Contains("v=v2;", StringComparison.Ordinal) || a.TrimEnd().EndsWith("v=v2", StringComparison.Ordinal)))
        {
            if (accept.Split(',').Any(a => a.Trim() is "application/json" or "*/*"))
            {
                await Answer.JsonAsync(context, 200, core ? DiscoveryDocuments.Versions(context.Request.Host.ToString()) : DiscoveryDocuments.Groups(registry.Current));
                return;
            }

            throw StatusErrors.NotAcceptable(["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"]);
        }

        var body = JsonText.Write(DiscoveryDocuments.Aggregated(registry.Current, core));
        if (NotModified(context, Hash(body))) return;
        await Answer.JsonAsync(context, 200, body);
    }

    public static string Hash(byte[] body) => Convert.ToHexString(SHA512.HashData(body));

    private static bool NotModified(HttpContext context, string hash)
    {
        var tag = $"\"{hash}\"";
        context.Response.Headers.ETag = tag;
        context.Response.OnStarting(
            static state =>
            {
                var response = ((HttpContext)state).Response;
                response.Headers.CacheControl = "public";
                if (response.StatusCode == 200 && !response.ContentType!.Contains("as=", StringComparison.Ordinal) && ((HttpContext)state).Request.Path.Value is "/api" or "/apis")
                    response.ContentType = DiscoveryDocuments.AggregatedType;
                return Task.CompletedTask;
            },
            context);
        if (context.Request.Headers.IfNoneMatch != tag) return false;
        context.Response.StatusCode = 304;
        return true;
    }

    /// <summary>Only for those who ask for a key set: its media type is not JSON's.</summary>
    private Task KeysAsync(HttpContext context)
    {
        const string type = "application/jwk-set+json";
        var accept = context.Request.Headers.Accept.ToString();
        if (accept.Length > 0 && !accept.Split(',').Any(a => a.Trim().Split(';')[0] is type or "*/*"))
            throw new StatusException(406, "NotAcceptable", $"406: Not Acceptable\n\nAvailable representations: {type}", []);
        return Answer.TypedAsync(context, 200, type, JsonText.Write(tokens.KeySet()));
    }

    private static JsonObject OpenIdConfiguration(string address) => new()
    {
        ["issuer"] = ServiceAccountTokens.Issuer,
        ["jwks_uri"] = $"https://{address}/openid/v1/jwks",
        ["response_types_supported"] = new JsonArray("id_token"),
        ["subject_types_supported"] = new JsonArray("public"),
        ["id_token_signing_alg_values_supported"] = new JsonArray("ES256"),
    };
}
