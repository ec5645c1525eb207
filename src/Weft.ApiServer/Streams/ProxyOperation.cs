using System.Net;
using System.Net.Security;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Weft.ApiServer.Endpoints;
using Weft.ApiServer.Storage;

namespace Weft.ApiServer.Streams;

/// <summary>`pods/proxy` and `services/proxy`: passes one HTTP request on to a pod, and its answer back. The caller's credentials stay here.</summary>
internal sealed class ProxyOperation(ObjectStore store) : IDisposable
{
    private static readonly string[] HopByHop =
        ["Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Authorization", "Host", "Impersonate-User", "Impersonate-Group", "Impersonate-Uid"];

    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        AutomaticDecompression = DecompressionMethods.None,
        // As there: nobody vouches for a pod's certificate.
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = static (_, presented, _, _) => presented is not null },
    });

    public async Task ServeAsync(ResourceRequest request, CancellationToken stopping)
    {
        var context = request.Context;
        var (path, query) = Rest(context, request.Path.Name);
        if (path.Length == 0)
        {
            // Links of a page are relative to its folder.
            context.Response.StatusCode = 301;
            context.Response.Headers.Location = $"{context.Request.Path}/{query}";
            return;
        }

        var target = ProxyTarget.Find(store.Current, request.Resource, request.Namespace, request.Path.Name);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(request.Aborted, stopping);
        using var message = Message(context, new Uri($"{target.Scheme}://{target.Address}:{target.Port}{path}{query}"));
        using var answer = await SendAsync(message, target, ending.Token);
        await CopyAsync(answer, context.Response, ending.Token);
    }

    public void Dispose() => _client.Dispose();

    /// <summary>What stands behind `.../proxy`, as the client wrote it.</summary>
    private static (string Path, string Query) Rest(HttpContext context, string name)
    {
        var raw = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var mark = raw.IndexOf('?', StringComparison.Ordinal);
        var (path, query) = mark < 0 ? (raw, "") : (raw[..mark], raw[mark..]);
        var at = path.IndexOf($"/{name}/proxy", StringComparison.Ordinal);
        if (at < 0) at = path.IndexOf($"/{Uri.EscapeDataString(name)}/proxy", StringComparison.Ordinal);
        return at < 0 ? ("/", query) : (path[(path.IndexOf("/proxy", at + 1, StringComparison.Ordinal) + "/proxy".Length)..], query);
    }

    private static HttpRequestMessage Message(HttpContext context, Uri target)
    {
        var message = new HttpRequestMessage(new HttpMethod(context.Request.Method), target);
        if (context.Request.ContentLength > 0 || context.Request.Headers.ContainsKey("Transfer-Encoding")) message.Content = new StreamContent(context.Request.Body);
        foreach (var (name, values) in context.Request.Headers)
        {
            if (HopByHop.Contains(name, StringComparer.OrdinalIgnoreCase) || name[0] == ':') continue;
            if (!message.Headers.TryAddWithoutValidation(name, values.AsEnumerable())) message.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
        }

        message.Headers.TryAddWithoutValidation("X-Forwarded-Uri", context.Request.Path.Value);
        message.Headers.TryAddWithoutValidation("X-Forwarded-Host", context.Request.Host.Value);
        message.Headers.TryAddWithoutValidation("X-Forwarded-Proto", "https");
        return message;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage message, ProxyTarget target, CancellationToken cancellationToken)
    {
        try
        {
            return await _client.SendAsync(message, cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            throw ProxyTarget.Unavailable($"error trying to reach service: dial tcp {target.Address}:{target.Port}: {exception.InnerException?.Message ?? exception.Message}");
        }
    }

    private static async Task CopyAsync(HttpResponseMessage answer, HttpResponse response, CancellationToken cancellationToken)
    {
        response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
            if (!HopByHop.Contains(name, StringComparer.OrdinalIgnoreCase)) response.Headers[name] = values.ToArray();
        await answer.Content.CopyToAsync(response.Body, cancellationToken);
    }
}
