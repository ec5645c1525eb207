using System.Globalization;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Weft.Xds.Grpc;

namespace Weft.ControlPlane.Grpc;

/// <summary>One gRPC call on Kestrel: messages in and out. The status is written by whoever runs the call (<see cref="GrpcEndpoint"/>).</summary>
public sealed class GrpcCall(HttpContext http, CancellationToken cancellationToken)
{
    /// <summary>The largest message that is read, as istiod's.</summary>
    public const int MaxMessageLength = 4 * 1024 * 1024;

    public HttpContext Http { get; } = http;

    /// <summary>Ends with the caller's connection, its deadline or the server.</summary>
    public CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>The next message; null when the caller has sent its last.</summary>
    public ValueTask<T?> ReadAsync<T>(MessageParser<T> parser)
        where T : class, IMessage<T> => GrpcFraming.ReadAsync(Http.Request.BodyReader, parser, MaxMessageLength, CancellationToken);

    /// <summary>Waits while the caller does not take data: its window is the bound of what is queued here.</summary>
    public ValueTask WriteAsync(IMessage message) => GrpcFraming.WriteAsync(Http.Response.BodyWriter, message, CancellationToken);
}

/// <summary>gRPC's frame around a handler: content type, deadline, status trailers.</summary>
public static class GrpcEndpoint
{
    public static RequestDelegate Of(Func<GrpcCall, Task> handler, TimeProvider time, CancellationToken stopping) => async http =>
    {
        if (!http.Request.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal) ?? true)
        {
            http.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }

        http.Response.ContentType = "application/grpc";
        using var deadline = Deadline(http, time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping, deadline?.Token ?? CancellationToken.None);
        var (status, message) = await RunAsync(handler, new GrpcCall(http, ended.Token), deadline, stopping);
        Tell(http, status, message);
    };

    /// <summary>For methods that do not exist.</summary>
    public static Task Unimplemented(HttpContext http)
    {
        http.Response.ContentType = "application/grpc";
        Tell(http, GrpcStatusCode.Unimplemented, UnknownMethod(http.Request.Path));
        return Task.CompletedTask;
    }

    // After messages in trailers, else in the head alone (gRPC over HTTP/2, Trailers-Only): an empty body before trailers would say that it has a length of zero, and nobody reads on behind that.
    private static void Tell(HttpContext http, GrpcStatusCode status, string message)
    {
        var target = http.Response.HasStarted ? http.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers : http.Response.Headers;
        target["grpc-status"] = ((int)status).ToString(CultureInfo.InvariantCulture);
        if (message.Length > 0)
        {
            target["grpc-message"] = GrpcStatusMessage.Encode(message);
        }
    }

    private static async Task<(GrpcStatusCode Status, string Message)> RunAsync(Func<GrpcCall, Task> handler, GrpcCall call, CancellationTokenSource? deadline, CancellationToken stopping)
    {
        try
        {
            await handler(call);
            return (GrpcStatusCode.Ok, "");
        }
        catch (GrpcStatusException error)
        {
            return (error.Status, error.Message);
        }
        catch (InvalidDataException error)
        {
            return (GrpcStatusCode.InvalidArgument, error.Message);
        }
        catch (OperationCanceledException) when (call.CancellationToken.IsCancellationRequested)
        {
            return deadline?.IsCancellationRequested == true ? (GrpcStatusCode.DeadlineExceeded, "deadline exceeded")
                : stopping.IsCancellationRequested ? (GrpcStatusCode.Unavailable, "the control plane is stopping")
                : (GrpcStatusCode.Cancelled, "");
        }
        catch (IOException)
        {
            // The caller is gone; nobody reads what we answer.
            return (GrpcStatusCode.Cancelled, "");
        }
    }

    private static CancellationTokenSource? Deadline(HttpContext http, TimeProvider time) =>
        TryParseTimeout(http.Request.Headers["grpc-timeout"].ToString(), out var timeout) ? new CancellationTokenSource(timeout, time) : null;

    private static bool TryParseTimeout(string text, out TimeSpan timeout)
    {
        timeout = default;
        if (text.Length < 2 || !long.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var amount))
        {
            return false;
        }

        // Longer than any timer takes means no deadline.
        var limit = TimeSpan.FromDays(1);
        double seconds = text[^1] switch { 'H' => 3600, 'M' => 60, 'S' => 1, 'm' => 1e-3, 'u' => 1e-6, 'n' => 1e-9, _ => 0 };
        timeout = seconds == 0 || amount * seconds > limit.TotalSeconds ? limit : TimeSpan.FromSeconds(amount * seconds);
        return seconds > 0 && timeout < limit;
    }

    private static string UnknownMethod(string path)
    {
        var slash = path.LastIndexOf('/');
        return slash > 0 ? $"unknown service {path[1..slash]}" : "unknown service";
    }
}
