using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Weft.Api.Requests;

namespace Weft.Api.Answers;

/// <summary>
/// The JSON of one answer for everybody who gets it: compressed at most once per coding, and with a tag of its content, so that a client that
/// has it already is told so (304) and not sent it again. Immutable; safe for parallel use.
/// </summary>
internal sealed class SharedBody
{
    private const int WorthCompressing = 1024;

    private readonly byte[] _plain;
    private readonly string _tag;
    private readonly Lazy<byte[]> _brotli;
    private readonly Lazy<byte[]> _gzip;

    public SharedBody(byte[] plain)
    {
        _plain = plain;
        // Weak: one content in several codings.
        _tag = $"W/\"{Convert.ToHexStringLower(SHA256.HashData(plain).AsSpan(0, 16))}\"";
        _brotli = new(() => Coded(static target => new BrotliStream(target, CompressionLevel.Fastest)));
        _gzip = new(() => Coded(static target => new GZipStream(target, CompressionLevel.Fastest)));
    }

    public async Task WriteAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.Vary = HeaderNames.AcceptEncoding;
        // Kept by a browser only to be asked about again; not at all when a part is missing, of which the answer's headers tell.
        var isWhole = !headers.ContainsKey(HealthRequest.DegradedHeader);
        headers.CacheControl = isWhole ? "private, no-cache" : "no-store";
        if (isWhole)
        {
            headers.ETag = _tag;
            if (Has(context.Request))
            {
                context.Response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }
        }

        var (coding, bytes) = Choose(context.Request);
        if (coding is not null)
        {
            headers.ContentEncoding = coding;
        }

        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    private bool Has(HttpRequest request) =>
        request.Headers.IfNoneMatch.Count > 0 && request.GetTypedHeaders().IfNoneMatch.Any(tag => tag.Tag == "*" || tag.ToString() == _tag);

    private (string? Coding, byte[] Bytes) Choose(HttpRequest request)
    {
        var accepted = _plain.Length < WorthCompressing ? [] : request.GetTypedHeaders().AcceptEncoding;
        return Accepts("br") ? ("br", _brotli.Value) : Accepts("gzip") ? ("gzip", _gzip.Value) : (null, _plain);

        bool Accepts(string coding) => accepted.Any(one => one.Quality is not 0 && one.Value.Equals(coding, StringComparison.OrdinalIgnoreCase));
    }

    private byte[] Coded(Func<Stream, Stream> coder)
    {
        using var target = new MemoryStream(_plain.Length / 8);
        using (var stream = coder(target))
        {
            stream.Write(_plain);
        }

        return target.ToArray();
    }
}
