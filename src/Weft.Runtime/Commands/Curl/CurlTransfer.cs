using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Weft.Runtime.Commands.Curl;

/// <summary>One URL of a call of curl, with the redirects that are followed.</summary>
internal sealed class CurlTransfer : IDisposable
{
    private readonly CommandCall _call;
    private readonly CurlOptions _options;
    private readonly ReadOnlyMemory<byte> _typed;
    private readonly HttpMessageInvoker _http;
    private readonly long _began;

    public CurlTransfer(CommandCall call, CurlOptions options, ReadOnlyMemory<byte> typed)
    {
        (_call, _options, _typed, _began) = (call, options, typed, call.Time.GetTimestamp());
        var handler = CommandHttp.CreateHandler(call, DialAsync);
        if (options.Insecure)
#pragma warning disable CA5359 // --insecure asks for just this.
            handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        _http = new HttpMessageInvoker(handler);
    }

    /// <summary>What has become of the transfer so far.</summary>
    public CurlResult Result { get; private set; } = new() { Url = "" };

    private TimeSpan Elapsed => _call.Time.GetElapsedTime(_began);

    /// <exception cref="CurlException">It failed as curl's would.</exception>
    public async Task RunAsync(string url, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_options.MaxTime ?? Timeout.InfiniteTimeSpan, _call.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            await FollowAsync(CurlRequest.UrlOf(url), either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new CurlException(CurlException.TimedOut, string.Create(CultureInfo.InvariantCulture, $"Operation timed out after {(int)Elapsed.TotalMilliseconds} milliseconds with {Result.Downloaded} bytes received"));
        }
        catch (HttpRequestException failure)
        {
            throw CurlFailure.Of(failure);
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            // The framework looks at a new connection's other end: one that was cut at once has none, and that failure comes as it is.
            throw new CurlException(CurlException.CannotReceive, $"Recv failure: {failure.Message}", failure);
        }
        finally
        {
            Result = Result with { Total = Elapsed };
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task FollowAsync(Uri url, CancellationToken cancellationToken)
    {
        for (var redirects = 0; ; redirects++)
        {
            if (redirects > _options.MaxRedirects)
                throw new CurlException(CurlException.TooManyRedirects, $"Maximum ({_options.MaxRedirects}) redirects followed");
            using var request = CurlRequest.Of(_options, url, _typed);
            Result = new CurlResult { Url = url.AbsoluteUri, Method = request.Method.Method, Redirects = redirects };
            await TellAsync(() => CurlText.Request(request), cancellationToken);
            using var answer = await _http.SendAsync(request, cancellationToken);
            var next = (int)answer.StatusCode is >= 300 and < 400 && answer.Headers.Location is { } location ? new Uri(url, location) : null;
            Result = Result with
            {
                Status = (int)answer.StatusCode,
                HttpVersion = answer.Version,
                ContentType = answer.Content.Headers.ContentType?.ToString() ?? "",
                RedirectUrl = next is null || _options.Follow ? "" : next.AbsoluteUri,
                FirstByte = Elapsed,
            };
            await TellAsync(() => CurlText.Answer(answer, "< "), cancellationToken);
            await ShowAsync(answer, isLast: next is null || !_options.Follow, cancellationToken);
            if (next is null || !_options.Follow)
                return;
            url = CurlRequest.UrlOf(next.AbsoluteUri);
        }
    }

    private async Task ShowAsync(HttpResponseMessage answer, bool isLast, CancellationToken cancellationToken)
    {
        if (_options.Fail && (int)answer.StatusCode >= 400)
            throw new CurlException(CurlException.HttpError, $"The requested URL returned error: {(int)answer.StatusCode}");
        var output = _options.Output switch
        {
            null or "-" => _call.Streams.Output,
            "/dev/null" => Stream.Null,
            var file => throw new CurlException(CurlException.CannotWrite, $"Failed to open the file {file}: there are no files in this container"),
        };
        if (_options.Head || _options.Include)
            await output.WriteAsync(Encoding.UTF8.GetBytes(CurlText.Answer(answer, "")), cancellationToken);
        // A redirect's page is read and not shown.
        await CopyAsync(answer, isLast ? output : Stream.Null, cancellationToken);
    }

    private async Task CopyAsync(HttpResponseMessage answer, Stream output, CancellationToken cancellationToken)
    {
        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[32 * 1024];
        int read;
        while ((read = await body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            await output.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            Result = Result with { Downloaded = Result.Downloaded + read };
        }
    }

    private async Task<Stream> DialAsync(string host, int port, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_options.ConnectTimeout ?? Timeout.InfiniteTimeSpan, _call.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            var stream = await _call.Network.DialAsync(Resolved(host, port), port, either.Token);
            Result = Result with { Connected = Elapsed };
            return stream;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new CurlException(CurlException.TimedOut, $"Failed to connect to {host} port {port} after {(int)Elapsed.TotalMilliseconds} ms: Timeout was reached");
        }
        catch (Exception failure) when (failure is SocketException or IOException)
        {
            throw CurlFailure.OfDial(host, port, Elapsed, failure);
        }
    }

    /// <summary>The address that <c>--resolve</c> gives to a host and port, or the host.</summary>
    private string Resolved(string host, int port) =>
        _options.Resolve.Select(entry => entry.Split(':', 3)).LastOrDefault(entry => entry.Length == 3 && entry[0].Equals(host, StringComparison.OrdinalIgnoreCase) && entry[1] == port.ToString(CultureInfo.InvariantCulture))?[2]
        ?? host;

    private Task TellAsync(Func<string> text, CancellationToken cancellationToken) =>
        _options.Verbose ? _call.WriteErrorAsync(text(), cancellationToken) : Task.CompletedTask;
}
