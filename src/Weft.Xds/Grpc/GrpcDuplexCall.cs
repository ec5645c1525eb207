using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using Google.Protobuf;

namespace Weft.Xds.Grpc;

/// <summary>A gRPC stream in both directions. One writer and one reader at a time; disposing cancels the call.</summary>
public sealed class GrpcDuplexCall<TRequest, TResponse> : IAsyncDisposable
    where TRequest : IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    private readonly CancellationTokenSource _ended = new();
    private readonly GrpcRequestContent _content;
    private readonly MessageParser<TResponse> _parser;
    private readonly int _maxLength;
    private readonly Task<HttpResponseMessage> _response;
    private PipeReader? _reader;

    internal GrpcDuplexCall(
        HttpMessageInvoker http, HttpRequestMessage message, GrpcRequestContent content, MessageParser<TResponse> parser, int maxLength)
    {
        _content = content;
        _parser = parser;
        _maxLength = maxLength;
        _response = http.SendAsync(message, _ended.Token);
        // A transport that fails before the request body is asked for must wake the writer.
        _ = _response.ContinueWith(
            task => content.Fail(task.Exception?.InnerException), CancellationToken.None, TaskContinuationOptions.NotOnRanToCompletion, TaskScheduler.Default);
    }

    /// <summary>Sends one message.</summary>
    /// <exception cref="GrpcCallException">The transport failed.</exception>
    public async Task WriteAsync(TRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var writer = await _content.Writer.WaitAsync(cancellationToken);
            await GrpcFraming.WriteAsync(writer, request, cancellationToken);
        }
        catch (Exception error) when (IsTransportFailure(error))
        {
            throw new GrpcCallException(GrpcStatusCode.Unavailable, error.Message, error);
        }
    }

    /// <summary>Tells the server that no more messages follow.</summary>
    public async Task CompleteAsync() => await _content.CompleteAsync();

    /// <summary>The next message, or null when the server ended the call with OK.</summary>
    /// <exception cref="GrpcCallException">The call ended with another status, or the transport failed.</exception>
    public async Task<TResponse?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var response = await _response.WaitAsync(cancellationToken);
            _reader ??= await OpenBodyAsync(response, cancellationToken);
            var message = await GrpcFraming.ReadAsync(_reader, _parser, _maxLength, cancellationToken);
            if (message is null)
            {
                ThrowUnlessOk(response);
            }

            return message;
        }
        catch (Exception error) when (IsTransportFailure(error) || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new GrpcCallException(GrpcStatusCode.Unavailable, error.Message, error);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        _content.Fail(null);
        try
        {
            using var response = await _response;
        }
        catch (Exception error) when (IsTransportFailure(error) || error is OperationCanceledException)
        {
            // The call was being given up.
        }

        _ended.Dispose();
    }

    private static async Task<PipeReader> OpenBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new GrpcCallException(FromHttpStatus(response.StatusCode), $"HTTP status {(int)response.StatusCode}");
        }

        ThrowIfFailedInHeaders(response);
        return PipeReader.Create(await response.Content.ReadAsStreamAsync(cancellationToken));
    }

    private static void ThrowIfFailedInHeaders(HttpResponseMessage response)
    {
        if (response.Headers.NonValidated.TryGetValues("grpc-status", out var status) && status.ToString() != "0")
        {
            throw Failure(status.ToString(), response.Headers.NonValidated.TryGetValues("grpc-message", out var text) ? text.ToString() : "");
        }
    }

    private static void ThrowUnlessOk(HttpResponseMessage response)
    {
        var trailers = response.TrailingHeaders.NonValidated;
        if (trailers.TryGetValues("grpc-status", out var status))
        {
            if (status.ToString() != "0")
            {
                throw Failure(status.ToString(), trailers.TryGetValues("grpc-message", out var text) ? text.ToString() : "");
            }
        }
        else if (!response.Headers.NonValidated.Contains("grpc-status"))
        {
            throw new GrpcCallException(GrpcStatusCode.Unavailable, "the stream ended without a grpc-status");
        }
    }

    private static GrpcCallException Failure(string status, string message) =>
        new(int.TryParse(status, CultureInfo.InvariantCulture, out var code) ? (GrpcStatusCode)code : GrpcStatusCode.Unknown, Uri.UnescapeDataString(message));

    private static GrpcStatusCode FromHttpStatus(HttpStatusCode status) => status switch
    {
        HttpStatusCode.BadRequest => GrpcStatusCode.Internal,
        HttpStatusCode.Unauthorized => GrpcStatusCode.Unauthenticated,
        HttpStatusCode.Forbidden => GrpcStatusCode.PermissionDenied,
        HttpStatusCode.NotFound => GrpcStatusCode.Unimplemented,
        HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout => GrpcStatusCode.Unavailable,
        _ => GrpcStatusCode.Unknown,
    };

    private static bool IsTransportFailure(Exception error) => error is HttpRequestException or IOException or ObjectDisposedException or InvalidDataException;
}
