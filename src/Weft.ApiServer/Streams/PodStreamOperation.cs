using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Weft.ApiServer.Admission;
using Weft.ApiServer.Endpoints;
using Weft.ApiServer.Schemas;
using Weft.ApiServer.Storage;

namespace Weft.ApiServer.Streams;

/// <summary>`pods/exec`, `pods/attach` and `pods/portforward`, over web sockets.</summary>
internal sealed class PodStreamOperation(ObjectStore store, ApiServerOptions options)
{
    private const string PortForwardProtocol = "SPDY/3.1+portforward.k8s.io";

    /// <summary>How long a caller who was told the end may take to answer.</summary>
    internal static readonly TimeSpan GoodbyeTime = TimeSpan.FromSeconds(5);

    public async Task ServeAsync(ResourceRequest request, CancellationToken stopping)
    {
        var pod = (store.Current.Find(WritePipeline.Key(request)) ?? throw StatusErrors.NotFound(request.Resource, request.Path.Name)).ToObject(request.Resource);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(request.Aborted, stopping);
        try
        {
            if (request.Path.Subresource == "portforward") await ForwardAsync(request, pod, ending.Token);
            else await RunAsync(request, pod, ending.Token);
        }
        catch (Exception exception) when (request.Context.Response.HasStarted && exception is IOException or OperationCanceledException or System.Net.WebSockets.WebSocketException or InvalidDataException)
        {
            
            // The caller left, said what makes no sense, or the server stops: the end of the stream.
        }
    }

    private async Task RunAsync(ResourceRequest request, JsonObject pod, CancellationToken cancellationToken)
    {
        var container = SubresourceOperation.Container(request, pod);
        var command = request.Context.Request.Query["command"].Select(c => c ?? "").ToArray();
        var (input, output, error, tty) = (request.Flag("stdin"), request.Flag("stdout"), request.Flag("stderr"), request.Flag("tty"));
        if (!input && !output && !error) throw StatusErrors.BadRequest("you must specify at least one of stdin, stdout, stderr");
        if (request.Path.Subresource == "exec" && command.Length == 0) throw StatusErrors.BadRequest("you must specify at least one command for the container");
        RequireNode(request, pod);
        if (options.PodStreams is not { } streams) throw SubresourceOperation.NoNode();
        using var socket = await AcceptAsync(request.Context, ChannelSocket.V5, ChannelSocket.V4);
        using var channels = new ChannelSocket(socket);
        using var left = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var receiving = ReceiveAsync(channels, left);
        var process = new PodProcessRequest { Namespace = request.Namespace, Pod = request.Path.Name, Container = container, Command = request.Path.Subresource == "exec" ? command : [], Tty = tty };
        var status = await OutcomeAsync(streams, process, channels.Streams(input, output, error && !tty), left.Token);
        await channels.EndAsync(status, cancellationToken);
        // The caller answers the goodbye; to hang up before that would lose what is under way to him.
        left.CancelAfter(GoodbyeTime);
        await receiving;
    }

    /// <summary>Reads the caller's side; when he leaves, the process is told.</summary>
    private static async Task ReceiveAsync(ChannelSocket channels, CancellationTokenSource left)
    {
        try
        {
            await channels.ReceiveAsync(left.Token);
            await left.CancelAsync();
        }
        catch (OperationCanceledException)
        {
            // The process ended first.
        }
    }

    private static async Task<JsonObject> OutcomeAsync(IPodStreams streams, PodProcessRequest process, PodProcessStreams ends, CancellationToken cancellationToken)
    {
        try
        {
            var code = await streams.RunAsync(process, ends, cancellationToken);
            return code == 0 ? new JsonObject { ["metadata"] = new JsonObject(), ["status"] = "Success" } : Exited(code);
        }
        catch (PodStreamException exception)
        {
            return StatusErrors.Internal(exception.Message).ToStatus();
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // A bug of whoever runs processes: the caller is told, and not cut off without a word.
            return StatusErrors.Internal($"{exception.GetType().Name}: {exception.Message}").ToStatus();
        }
    }

    private static JsonObject Exited(int code)
    {
        var text = code.ToString(CultureInfo.InvariantCulture);
        return new JsonObject
        {
            ["metadata"] = new JsonObject(),
            ["status"] = "Failure",
            ["message"] = $"command terminated with non-zero exit code: exit status {text}",
            ["reason"] = "NonZeroExitCode",
            ["details"] = new JsonObject { ["causes"] = new JsonArray(new JsonObject { ["reason"] = "ExitCode", ["message"] = text }) },
        };
    }

    private static async Task ForwardAsync(ResourceRequest request, JsonObject pod, CancellationToken cancellationToken)
    {
        RequireNode(request, pod);
        if (pod.TextAt("status", "phase") != "Running") throw StatusErrors.BadRequest($"unable to forward port because pod is not running. Current status={pod.TextAt("status", "phase")}");
        var address = pod.TextAt("status", "podIP");
        if (address.Length == 0) throw SubresourceOperation.NoNode();
        var target = new PodAddress($"{request.Namespace}/{request.Path.Name}", address);
        var offered = request.Context.WebSockets.WebSocketRequestedProtocols;
        if (offered.Contains(ChannelSocket.V4) && !offered.Contains(PortForwardProtocol)) await ForwardByChannelsAsync(request, target, cancellationToken);
        else await ForwardBySpdyAsync(request, target, cancellationToken);
    }

    private static async Task ForwardByChannelsAsync(ResourceRequest request, PodAddress target, CancellationToken cancellationToken)
    {
        var ports = request.Context.Request.Query["ports"].SelectMany(text => (text ?? "").Split(',')).Select(Port).ToArray();
        if (ports.Length is 0 or > PortForwardChannels.MostPorts) throw StatusErrors.BadRequest("query parameter \"ports\" is required");
        using var socket = await AcceptAsync(request.Context, ChannelSocket.V4);
        using var channels = new PortForwardChannels(socket, target, ports);
        await channels.RunAsync(cancellationToken);
    }

    private static ushort Port(string text) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0 ? port : throw StatusErrors.BadRequest($"unable to parse \"{text}\" as a port");

    private static async Task ForwardBySpdyAsync(ResourceRequest request, PodAddress target, CancellationToken cancellationToken)
    {
        using var socket = await AcceptAsync(request.Context, PortForwardProtocol);
        await using var transport = new WebSocketStream(socket);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var forward = new PortForward(target, ended.Token);
        using var connection = new SpdyConnection(transport, forward.TakeAsync);
        try
        {
            await connection.RunAsync(cancellationToken);
        }
        finally
        {
            await ended.CancelAsync();
            await forward.EndedAsync();
        }
    }

    private static void RequireNode(ResourceRequest request, JsonObject pod)
    {
        if (pod.TextAt("spec", "nodeName").Length == 0) throw StatusErrors.BadRequest($"pod {request.Path.Name} does not have a host assigned");
    }

    private static async Task<System.Net.WebSockets.WebSocket> AcceptAsync(HttpContext context, params string[] protocols)
    {
        if (!context.WebSockets.IsWebSocketRequest) throw StatusErrors.BadRequest("Upgrade request required");
        var chosen = protocols.FirstOrDefault(context.WebSockets.WebSocketRequestedProtocols.Contains)
            ?? throw StatusErrors.BadRequest($"unable to upgrade: unable to negotiate protocol: client supports [{string.Join(' ', context.WebSockets.WebSocketRequestedProtocols)}], server accepts [{string.Join(' ', protocols)}]");
        // Written here: .NET takes no name with a slash for a protocol, and Kubernetes has one.
        context.Response.Headers.SecWebSocketProtocol = chosen;
        return await context.WebSockets.AcceptWebSocketAsync();
    }
}
