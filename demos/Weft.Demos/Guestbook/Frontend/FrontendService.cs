using System.Net.Sockets;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Weft.Demos.Guestbook.Redis;
using Weft.Demos.Hosting;

namespace Weft.Demos.Guestbook.Frontend;

/// <summary>Images <c>gb-frontend</c> and <c>wshihadeh/guestbook</c>: the page, and the script behind it that reads from a replica and writes to the master.</summary>
/// <param name="version">v1, or v2 with the green heading.</param>
internal sealed class FrontendService(string version) : IDemoWorkload
{
    private static readonly EmbeddedFiles Files = new("Guestbook/page");
    private static readonly string[] Read = [HttpMethods.Get, HttpMethods.Head];

    // What the demo's web server says of its files; the tag is the length in hexadecimal, a dash, and the time.
    private static readonly DateTimeOffset LastModified = new(2015, 9, 9, 18, 35, 4, TimeSpan.Zero);
    private const string TagOfTime = "51f54bdb4a600";

    public async Task<int> RunAsync(DemoContext context, CancellationToken cancellationToken)
    {
        var script = new GuestbookScript(context);
        await DemoServer.ServeAsync(context, ":80", Map, cancellationToken);
        return 0;

        void Map(WebApplication application)
        {
            application.MapMethods("/", Read, request => FileAsync(request, version + "/index.html"));
            application.MapMethods("/index.html", Read, request => FileAsync(request, version + "/index.html"));
            application.MapMethods("/guestbook.css", Read, request => FileAsync(request, "guestbook.css"));
            application.MapMethods("/guestbook.js", Read, request => FileAsync(request, "guestbook.js"));
            application.MapGet("/guestbook.php", script.AnswerAsync);
        }
    }

    private static Task FileAsync(HttpContext request, string file)
    {
        var content = Files.Read(file) ?? throw new InvalidOperationException($"{file} is not shipped");
        request.Response.Headers.Vary = "Accept-Encoding";
        return Results.Bytes(
            content,
            EmbeddedFiles.ContentType(file),
            enableRangeProcessing: true,
            lastModified: LastModified,
            entityTag: new EntityTagHeaderValue($"\"{content.Length:x}-{TagOfTime}\"")).ExecuteAsync(request);
    }

    private sealed class GuestbookScript(DemoContext context)
    {
        private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

        public async Task AnswerAsync(HttpContext request)
        {
            var query = request.Request.Query;
            if (!query.ContainsKey("cmd"))
            {
                await request.Response.WriteTextAsync(200, "text/html; charset=utf-8", About());
                return;
            }

            try
            {
                var key = query["key"].ToString();
                await request.Response.WriteTextAsync(200, "application/json", query["cmd"] == "set"
                    ? await SetAsync(key, query["value"].ToString(), request.RequestAborted)
                    : await GetAsync(key, request.RequestAborted));
            }
            catch (Exception error) when (error is IOException or SocketException or InvalidDataException)
            {
                context.Log($"guestbook.php: redis: {error.Message}");
                await request.Response.WriteTextAsync(500, "application/json", $$"""{"error": "{{JavaScriptEncoder.Default.Encode(error.Message)}}"}""");
            }
        }

        private async Task<string> SetAsync(string key, string value, CancellationToken cancellationToken)
        {
            await CallAsync(RedisHosts.Master(context), Resp.Command("SET", key, value), cancellationToken);
            return """{"message": "Updated"}""";
        }

        private async Task<string> GetAsync(string key, CancellationToken cancellationToken)
        {
            var value = await CallAsync(RedisHosts.Replica(context), Resp.Command("GET", key), cancellationToken);
            return $$"""{"data": "{{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(Encoding.UTF8.GetString(value ?? []))}}"}""";
        }

        /// <summary>One command over a connection of its own.</summary>
        private async Task<byte[]?> CallAsync(string host, byte[] command, CancellationToken cancellationToken)
        {
            using var timeout = new CancellationTokenSource(Limit, context.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
            try
            {
                await using var connection = await context.DialAsync(host, RedisServer.Port, either.Token);
                await connection.WriteAsync(command, either.Token);
                var (kind, content) = await new RespReader(connection).ReadReplyAsync(either.Token);
                return kind != '-' ? content : throw new InvalidDataException(Encoding.UTF8.GetString(content ?? []));
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new IOException($"{host}: no answer within {Limit.TotalSeconds} s");
            }
        }

        private static string About() => """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>guestbook.php</title><link rel="stylesheet" href="guestbook.css"></head>
            <body><h1>guestbook.php</h1><p>Reads with <code>?cmd=get&amp;key=KEY</code>, writes with <code>?cmd=set&amp;key=KEY&amp;value=VALUE</code>.</p></body></html>

            """;
    }
}
