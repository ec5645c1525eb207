using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Weft.ApiServer.Discovery;
using Weft.ApiServer.Metrics;
using Weft.ApiServer.Schemas;
using Weft.ApiServer.Security;

namespace Weft.ApiServer.Endpoints;

/// <summary>Everything that is not a resource: health, metrics, version, discovery, the token issuer's documents.</summary>
internal sealed class SystemEndpoints(RegistrySource registry, DiscoveryEndpoints discovery, OpenApiEndpoints openApi, MetricsPage metrics, HealthEndpoints health, ServiceAccountTokens tokens)
{
    private const string Newest = "v1.36.2";
    private static readonly string[] Documents = ["/version", "/.well-known/openid-configuration", "/openid/v1/jwks"];

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

        if (!HttpMethods.IsGet(context.Request.Method) && (Documents.Contains(trimmed) || discovery.Serves(trimmed))) throw StatusErrors.MethodNotAllowed();
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
            case "/.well-known/openid-configuration":
                await Answer.JsonAsync(context, 200, OpenIdConfiguration(context.Request.Host.ToString()));
                return true;
            case "/openid/v1/jwks":
                await KeysAsync(context);
                return true;
        }

        if (trimmed.StartsWith("/version/", StringComparison.Ordinal)) throw StatusErrors.UnknownResource();
        return await discovery.TryHandleAsync(context, trimmed);
    }

    private IEnumerable<string> Paths() =>
        ["/.well-known/openid-configuration", "/api", "/api/v1", "/apis", .. registry.Current.GroupVersions.Where(v => v.Group.Length > 0).SelectMany(v => new[] { $"/apis/{v.Group}", $"/apis/{v.Group}/{v.Version}" }).Distinct().Order(StringComparer.Ordinal), "/healthz", "/livez", "/metrics", "/openapi/v2", "/openapi/v3", "/openid/v1/jwks", "/readyz", "/version"];

    public static string Hash(byte[] body) => Convert.ToHexString(SHA512.HashData(body));

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
