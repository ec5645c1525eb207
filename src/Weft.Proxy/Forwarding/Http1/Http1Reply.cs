using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Weft.Proxy.Forwarding.Http1;

/// <summary>
/// One request on a connection, and its response. The body goes out while the response is read, so that an early answer is seen at once.
/// Cancelling the request breaks the connection.
/// </summary>
internal sealed class Http1Reply : UpstreamReply
{
    // An upstream that sends interim responses for ever would never answer.
    private const int MaxInterim = 32;

    private readonly Http1Pool _pool;
    private readonly Http1Connection _connection;
    private readonly OutgoingRequest _request;
    private readonly CancellationToken _cancelled;
    private readonly CancellationTokenRegistration _breaking;
    private Task _sending = Task.CompletedTask;
    private Exception? _bodyFailure;
    private CancellationTokenSource? _stop;
    private bool _closes;
    private bool _isSent;
    private bool _isAnswered;

    public Http1Reply(Http1Pool pool, Http1Connection connection, OutgoingRequest request, CancellationToken cancellationToken)
    {
        _pool = pool;
        _connection = connection;
        _request = request;
        _cancelled = cancellationToken;
        connection.Head.Clear();
        connection.Body.Forget();
        _breaking = cancellationToken.UnsafeRegister(static state => ((Http1Connection)state!).Abort(), connection);
    }

    public override int Status => _connection.Head.Status;

    public override UpstreamConnection? Connection => _connection.Upstream;

    public override IEnumerable<KeyValuePair<string, StringValues>> Headers => _connection.Head.Headers;

    public override IReadOnlyList<KeyValuePair<string, StringValues>> Trailers => _connection.Body.Trailers;

    public override string? Header(string name) => _connection.Head.Find(name);

    public override void CopyHeaders(IHeaderDictionary target)
    {
        var headers = _connection.Head.Headers;
        var passing = PassingHeaders.Of(_connection.Head.Find("Connection"));
        for (var index = 0; index < headers.Count; index++)
        {
            var (name, value) = headers[index];
            if (passing.Includes(name))
            {
                target[name] = target.TryGetValue(name, out var present) ? StringValues.Concat(present, value) : value;
            }
        }
    }

    /// <summary>Sends the request and waits for the head of its response; of the body, as much as the upstream takes before it answers.</summary>
    /// <param name="closes">Whether the request is the connection's last.</param>
    /// <exception cref="IOException">The connection broke, or its bytes are no response.</exception>
    public async Task BeginAsync(bool closes)
    {
        _closes = closes;
        try
        {
            _connection.Output.Begin(_request, closes);
            if (_request.Body is { } body && !_request.ExpectsContinue)
            {
                _sending = SendAsync(body);
            }
            else
            {
                await _connection.Output.FlushAsync(_cancelled);
                if (_request.Body is null)
                {
                    EndRequest();
                }
            }

            await ReadHeadsAsync();
        }
        catch (Exception error) when (CauseOf(error) is var cause && cause != error)
        {
            throw cause;
        }
    }

    /// <summary>Whether the request may go out on another connection: this one was kept from an earlier request and ended before it answered anything.</summary>
    public bool MayRepeatAfter(Exception error) =>
        _connection.Requests > 1
        && !_isAnswered
        && _request.Body is null
        && error is IOException and not UpstreamProtocolException
        && !_cancelled.IsCancellationRequested
        && IsIdempotent(_request.Method);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await _connection.Body.ReadAsync(buffer);
        }
        catch (Exception error) when (CauseOf(error) is var cause && cause != error)
        {
            throw cause;
        }
    }

    /// <summary>Sends bytes of a connection that has changed its protocol.</summary>
    public ValueTask WriteTunnelAsync(ReadOnlyMemory<byte> bytes) => _connection.Upstream.Stream.WriteAsync(bytes, CancellationToken.None);

    /// <summary>Ends a connection that has changed its protocol; any thread.</summary>
    public void BreakTunnel() => _connection.Abort();

    public override async ValueTask DisposeAsync()
    {
        await _breaking.DisposeAsync();
        if (!_sending.IsCompleted)
        {
            await _stop!.CancelAsync();
        }

        await _sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop?.Dispose();
        if (_connection.Body.KeepsConnection && _isSent && !_closes && !_cancelled.IsCancellationRequested)
        {
            _pool.Return(_connection);
        }
        else
        {
            _connection.Close();
        }
    }

    private async Task SendAsync(IOutgoingBody body)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(_cancelled);
        var output = _connection.Output;
        try
        {
            await body.CopyToAsync(output, _stop.Token);
            await output.EndAsync(body.Trailers, _stop.Token);
            EndRequest();
        }
        catch (Exception error) when (!output.HasFailed)
        {
            // The rest of the body cannot be had. An upstream that takes no more of it, however, may still answer.
            _bodyFailure = error;
            _connection.Abort();
            throw;
        }
    }

    private void EndRequest()
    {
        _isSent = true;
        _request.SentAt = _pool.Now;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask ReadHeadsAsync()
    {
        var head = _connection.Head;
        for (var interim = 0; ; interim++)
        {
            while (!TryReadHead(head))
            {
                _isAnswered = await _connection.Input.FillAsync() ? true : throw new EndOfStreamException("the upstream ended the connection before its response");
            }

            if (head.Status is >= 200 or StatusCodes.Status101SwitchingProtocols)
            {
                break;
            }

            if (head.Status == StatusCodes.Status100Continue && !_isSent && _request is { ExpectsContinue: true, Body: { } body } && _stop is null)
            {
                _sending = SendAsync(body);
            }

            head.Clear();
            if (interim == MaxInterim)
            {
                throw new UpstreamProtocolException("too many interim responses");
            }
        }

        if (head.Status == StatusCodes.Status101SwitchingProtocols && _request.Upgrade is null)
        {
            throw new UpstreamProtocolException("a change of protocol that nobody asked for");
        }

        _connection.Body.Begin(ResponseFraming.Of(head, _request.Method));
    }

    private bool TryReadHead(Http1ResponseHead head)
    {
        var isComplete = head.Read(_connection.Input.Unread, out var consumed);
        _connection.Input.Consume(consumed);
        return isComplete;
    }

    // A broken connection is the effect where the request was cancelled or its body failed.
    private Exception CauseOf(Exception error) =>
        error is OperationCanceledException ? error
        : _cancelled.IsCancellationRequested ? new OperationCanceledException(_cancelled)
        : _bodyFailure ?? error;

    // RFC 9110 section 9.2.2
    private static bool IsIdempotent(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsPut(method) || HttpMethods.IsDelete(method) || HttpMethods.IsOptions(method) || HttpMethods.IsTrace(method);
}
