using System.Globalization;
using Microsoft.AspNetCore.Http;
using Weft.ApiServer.Discovery;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Endpoints;

/// <summary>The OpenAPI documents, with tags by which clients keep them: v2 as a whole, v3 per group version under its hash.</summary>
internal sealed class OpenApiEndpoints(OpenApiDocuments documents, TimeProvider time)
{
    private const string WireType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
    private static readonly string[] WireTypes = [WireType, "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"];
    private readonly DateTimeOffset _started = time.GetUtcNow();

    /// <summary>False when the path is not one of these.</summary>
    public async Task<bool> TryHandleAsync(HttpContext context, string path)
    {
        if (path == "/openapi/v2") await V2Async(context);
        else if (path == "/openapi/v3") await IndexAsync(context);
        else if (path.StartsWith("/openapi/v3/", StringComparison.Ordinal)) await DocumentAsync(context, path["/openapi/v3/".Length..]);
        else return false;
        return true;
    }

    private async Task V2Async(HttpContext context)
    {
        var types = context.Request.Headers.Accept.ToString().Split(',').Select(a => a.Split(';')[0].Trim()).Where(t => t.Length > 0).ToArray();
        var type = types.FirstOrDefault(t => WireTypes.Contains(t) || t is "application/json" or "*/*");
        if (type is null && types.Length > 0)
            throw new StatusException(406, "NotAcceptable", $"406: Not Acceptable\n\nAvailable representations: application/json, {string.Join(", ", WireTypes)}", []);
        var document = documents.V2();
        if (IsKnown(context, document.Hash)) return;
        if (WireTypes.Contains(type)) await Answer.TypedAsync(context, 200, WireType, documents.V2Wire());
        else await Answer.TypedAsync(context, 200, "application/json", document.Body);
    }

    private async Task IndexAsync(HttpContext context)
    {
        var body = JsonText.Write(documents.Index());
        if (!IsKnown(context, SystemEndpoints.Hash(body))) await Answer.TypedAsync(context, 200, "text/plain; charset=utf-8", body);
    }

    private async Task DocumentAsync(HttpContext context, string path)
    {
        if (documents.Document(path) is not { } document)
        {
            context.Response.StatusCode = 404;
            context.Response.Headers.CacheControl = "no-cache, private";
            return;
        }

        var asked = context.Request.Query["hash"].ToString();
        if (asked.Length > 0 && asked != document.Hash)
        {
            context.Response.StatusCode = 301;
            context.Response.ContentType = "application/json";
            context.Response.Headers.CacheControl = "no-cache, private";
            context.Response.Headers.ETag = $"\"{document.Hash}\"";
            context.Response.Headers.Vary = "Accept";
            context.Response.Headers.Location = $"/openapi/v3/{path}?hash={document.Hash}";
            return;
        }

        if (asked.Length > 0) context.Response.OnStarting(KeepForeverAsync, context.Response);
        if (!IsKnown(context, document.Hash)) await Answer.TypedAsync(context, 200, "application/json", document.Body);
    }

    /// <summary>What is named by its hash never changes.</summary>
    private Task KeepForeverAsync(object response)
    {
        var headers = ((HttpResponse)response).Headers;
        headers.CacheControl = "public, immutable";
        headers.Expires = time.GetUtcNow().AddYears(1).UtcDateTime.ToString("ddd, dd MMM yyyy HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
        return Task.CompletedTask;
    }

    /// <summary>True when the client has it already, and is told so.</summary>
    private bool IsKnown(HttpContext context, string hash)
    {
        var headers = context.Response.Headers;
        headers.ETag = $"\"{hash}\"";
        headers.LastModified = _started.ToString("R", CultureInfo.InvariantCulture);
        headers.Vary = "Accept";
        if (context.Request.Headers.IfNoneMatch != headers.ETag) return false;
        context.Response.StatusCode = 304;
        return true;
    }
}
