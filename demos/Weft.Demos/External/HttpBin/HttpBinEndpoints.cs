using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Weft.Demos.Hosting;

namespace Weft.Demos.External.HttpBin;

/// <summary>Endpoints that answer as they are asked to, for people who try out a mesh.</summary>
/// <param name="headersAsLists">Headers and query arguments in answers as lists of values (go-httpbin), else as one text each (httpbin.org).</param>
internal sealed class HttpBinEndpoints(TimeProvider time, bool headersAsLists)
{
    private const int MostBytes = 100 * 1024;
    private const int MostBody = 1024 * 1024;
    private static readonly TimeSpan MostDelay = TimeSpan.FromSeconds(10);
    private static readonly string[] AnyMethod = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

    public void Map(WebApplication application)
    {
        application.MapGet("/", (HttpContext request) => request.Response.WriteTextAsync(200, "text/html; charset=utf-8", Page));
        application.MapGet("/html", (HttpContext request) => request.Response.WriteTextAsync(200, "text/html; charset=utf-8", Page));
        application.MapMethods("/status/{codes}", AnyMethod, StatusAsync);
        application.MapMethods("/delay/{seconds}", AnyMethod, DelayAsync);
        application.MapGet("/headers", (HttpContext request) => WriteAsync(request, new JsonObject { ["headers"] = Headers(request) }));
        application.MapGet("/ip", (HttpContext request) => WriteAsync(request, new JsonObject { ["origin"] = Origin(request) }));
        application.MapGet("/user-agent", (HttpContext request) => WriteAsync(request, new JsonObject { ["user-agent"] = request.Request.Headers.UserAgent.ToString() }));
        application.MapGet("/uuid", (HttpContext request) => WriteAsync(request, new JsonObject { ["uuid"] = Guid.NewGuid().ToString() }));
        application.MapGet("/get", (HttpContext request) => WriteAsync(request, Description(request)));
        application.MapPost("/post", EchoAsync);
        application.MapMethods("/anything/{**rest}", AnyMethod, EchoAsync);
        application.MapGet("/bytes/{count:int}", BytesAsync);
        application.MapGet("/drip", DripAsync);
        application.MapGet("/redirect/{count:int:min(1)}", Redirect);
    }

    private static string Page => """
        <!doctype html>
        <html lang="en">
        <head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>httpbin</title></head>
        <body><h1>httpbin</h1><p>Try <code>/status/200</code>, <code>/delay/1</code>, <code>/headers</code>, <code>/get</code>, <code>/anything</code>, <code>/bytes/100</code>, <code>/drip</code>, <code>/redirect/2</code>.</p></body>
        </html>

        """;

    private static Task StatusAsync(HttpContext request)
    {
        if (StatusChoice.From((string)request.Request.RouteValues["codes"]!, Random.Shared.NextDouble()) is not { } code)
        {
            return request.Response.WriteTextAsync(400, "text/plain", "a status is a code from 200 to 599, or several with weights\n");
        }

        request.Response.StatusCode = code;
        if (code is 301 or 302 or 303 or 307 or 308)
        {
            request.Response.Headers.Location = "/redirect/1";
        }

        return Task.CompletedTask;
    }

    private async Task DelayAsync(HttpContext request)
    {
        if (Seconds((string)request.Request.RouteValues["seconds"]!) is not { } delay)
        {
            await request.Response.WriteTextAsync(400, "text/plain", "a delay is a number of seconds\n");
            return;
        }

        await Task.Delay(delay, time, request.RequestAborted);
        await WriteAsync(request, Description(request));
    }

    /// <summary>Says what came, body included.</summary>
    private async Task EchoAsync(HttpContext request)
    {
        using var reader = new StreamReader(request.Request.Body, Encoding.UTF8);
        var buffer = new char[MostBody];
        var length = await reader.ReadBlockAsync(buffer, request.RequestAborted);
        var body = new string(buffer, 0, length);
        var description = Description(request);
        description["method"] = request.Request.Method;
        description["data"] = body;
        description["json"] = Json(body);
        await WriteAsync(request, description);
    }

    private static Task BytesAsync(HttpContext request)
    {
        var count = Math.Clamp(int.Parse((string)request.Request.RouteValues["count"]!, CultureInfo.InvariantCulture), 0, MostBytes);
        request.Response.ContentType = "application/octet-stream";
        request.Response.ContentLength = count;
        return request.Response.Body.WriteAsync(RandomNumberGenerator.GetBytes(count), request.RequestAborted).AsTask();
    }

    /// <summary>So many bytes (numbytes), one by one over a time (duration), after another (delay), with a status (code).</summary>
    private async Task DripAsync(HttpContext request)
    {
        var query = request.Request.Query;
        var count = int.TryParse(query["numbytes"], NumberStyles.None, CultureInfo.InvariantCulture, out var wanted) ? Math.Clamp(wanted, 1, MostBytes) : 10;
        var pause = (Seconds(query["duration"].ToString()) ?? TimeSpan.FromSeconds(2)) / count;
        await Task.Delay(Seconds(query["delay"].ToString()) ?? TimeSpan.Zero, time, request.RequestAborted);
        request.Response.StatusCode = int.TryParse(query["code"], NumberStyles.None, CultureInfo.InvariantCulture, out var code) && code is >= 200 and <= 599 ? code : 200;
        request.Response.ContentType = "application/octet-stream";
        request.Response.ContentLength = count;
        for (var i = 0; i < count; i++)
        {
            await request.Response.Body.WriteAsync("*"u8.ToArray(), request.RequestAborted);
            await request.Response.Body.FlushAsync(request.RequestAborted);
            await Task.Delay(pause, time, request.RequestAborted);
        }
    }

    private static void Redirect(HttpContext request)
    {
        var count = int.Parse((string)request.Request.RouteValues["count"]!, CultureInfo.InvariantCulture);
        request.Response.Redirect(count > 1 ? $"/redirect/{count - 1}" : "/get");
    }

    private JsonObject Description(HttpContext request) => new()
    {
        ["args"] = Values(request.Request.Query),
        ["headers"] = Headers(request),
        ["origin"] = Origin(request),
        ["url"] = $"{request.Request.Scheme}://{request.Request.Host}{request.Request.PathBase}{request.Request.Path}{request.Request.QueryString}",
    };

    private JsonObject Headers(HttpContext request) => Values(request.Request.Headers.OrderBy(header => header.Key, StringComparer.OrdinalIgnoreCase));

    private JsonObject Values(IEnumerable<KeyValuePair<string, StringValues>> values)
    {
        var result = new JsonObject();
        foreach (var (name, value) in values)
        {
            result[name] = headersAsLists ? new JsonArray([.. value.Select(each => (JsonNode?)each)]) : value.ToString();
        }

        return result;
    }

    private static string Origin(HttpContext request) =>
        request.Request.Headers["X-Forwarded-For"].ToString() is { Length: > 0 } forwarded ? forwarded : request.Connection.RemoteIpAddress?.ToString() ?? "";

    private static TimeSpan? Seconds(string text) =>
        double.TryParse(text.TrimEnd('s'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(Math.Min(seconds, MostDelay.TotalSeconds))
            : null;

    private static JsonNode? Json(string body)
    {
        try
        {
            return body.Length > 0 ? JsonNode.Parse(body) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Task WriteAsync(HttpContext request, JsonObject body) =>
        request.Response.WriteTextAsync(200, "application/json", body.ToJsonString() + "\n");
}
