using Microsoft.AspNetCore.Http;
using Weft.ApiServer.Discovery;

namespace Weft.ApiServer.Metrics;

/// <summary>How one request is counted. Only what is served becomes a label: a path that somebody made up does not.</summary>
internal readonly record struct RequestLabels(string Verb, string Group, string Version, string Resource, string Subresource, string Scope, string DryRun)
{
    public bool IsLongRunning => Verb is "WATCH" or "CONNECT";

    public bool IsMutating => Verb is not ("GET" or "LIST" or "WATCH");

    public static RequestLabels Of(HttpContext context, RequestPath path, ResourceDefinition resource, string verb)
    {
        var subresource = resource.Subresources.Any(s => s.Name == path.Subresource) ? path.Subresource : "";
        var scope = path.Name.Length > 0 ? "resource" : path.Namespace.Length > 0 ? "namespace" : "cluster";
        return new RequestLabels(VerbOf(context, verb, subresource), resource.Group, resource.Version, resource.Plural, subresource, scope, context.Request.Query["dryRun"] == "All" ? "All" : "");
    }

    /// <summary>Of a request that names no resource; the path stands where the subresource does, as there.</summary>
    public static RequestLabels OfPath(HttpContext context, string path)
    {
        string[] known = ["/healthz", "/livez", "/readyz", "/metrics", "/version", "/api", "/apis", "/openapi/v2", "/openapi/v3"];
        return new RequestLabels(context.Request.Method == "HEAD" ? "GET" : Known(context.Request.Method), "", "", "", known.Contains(path) ? path : "", "", "");
    }

    private static string Known(string method) => method is "GET" or "POST" or "PUT" or "PATCH" or "DELETE" ? method : "other";

    private static string VerbOf(HttpContext context, string verb, string subresource)
    {
        if (subresource is "exec" or "attach" or "portforward" or "proxy") return "CONNECT";
        if (subresource == "log" && context.Request.Query["follow"] == "true") return "CONNECT";
        return verb switch
        {
            "create" => "POST",
            "update" => "PUT",
            "patch" when context.Request.ContentType?.StartsWith("application/apply-patch", StringComparison.Ordinal) == true => "APPLY",
            _ => verb.ToUpperInvariant(),
        };
    }
}
