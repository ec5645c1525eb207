using System.Net;
using System.Net.Sockets;
using Weft.Kubernetes.Objects;
using Weft.Runtime.Commands;
using Weft.Runtime.Containers;

namespace Weft.Runtime.Pods;

/// <summary>The result of asking once; <paramref name="Problem"/> is what an Event says of a failure.</summary>
internal readonly record struct ProbeResult(bool Success, string Problem)
{
    public static ProbeResult Good { get; } = new(true, "");

    public static ProbeResult Bad(string problem) => new(false, problem);
}

/// <summary>Asks a container once, by the handler that its probe names, at the pod's address.</summary>
internal sealed class ProbeTarget(Container container, IPAddress podAddress, HttpMessageInvoker http, ICommandExecution? execution)
{
    public async Task<ProbeResult> AskAsync(Probe probe, CancellationToken cancellationToken)
    {
        try
        {
            return probe switch
            {
                { HttpGet: { } get } => await GetAsync(get, cancellationToken),
                { TcpSocket: { } socket } => await ConnectAsync(HostOf(socket.Host), PortOf(socket.Port), cancellationToken),
                { Grpc: { } grpc } => await ConnectAsync(podAddress.ToString(), grpc.Port, cancellationToken),
                { Exec: { } exec } => await ExecuteAsync(exec, cancellationToken),
                _ => ProbeResult.Good,
            };
        }
        catch (Exception failure) when (failure is HttpRequestException or SocketException or IOException or InvalidOperationException)
        {
            return ProbeResult.Bad(failure.Message);
        }
    }

    private async Task<ProbeResult> GetAsync(HttpGetAction get, CancellationToken cancellationToken)
    {
        var scheme = (get.Scheme ?? "HTTP").ToLowerInvariant();
        var path = get.Path is { Length: > 0 } given ? given : "/";
        var url = new Uri($"{scheme}://{HostOf(get.Host)}:{PortOf(get.Port)}{(path.StartsWith('/') ? path : "/" + path)}");
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.TryAddWithoutValidation("User-Agent", "kube-probe/1.32");
        request.Headers.ConnectionClose = true;
        foreach (var header in get.HttpHeaders)
            request.Headers.TryAddWithoutValidation(header.Name, header.Value);
        using var answer = await http.SendAsync(request, cancellationToken);
        var status = (int)answer.StatusCode;
        return status is >= 200 and < 400 ? ProbeResult.Good : ProbeResult.Bad($"HTTP probe failed with statuscode: {status}");
    }

    private static async Task<ProbeResult> ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(host, port, cancellationToken);
        return ProbeResult.Good;
    }

    private async Task<ProbeResult> ExecuteAsync(ExecAction exec, CancellationToken cancellationToken)
    {
        if (execution is null)
            return ProbeResult.Bad("exec probes work only for containers that are local processes");
        var exitCode = await execution.ExecuteAsync(exec.Command, CommandStreams.Nobody, cancellationToken);
        return exitCode == 0 ? ProbeResult.Good : ProbeResult.Bad($"command exited with {exitCode}");
    }

    private string HostOf(string? host) => host is { Length: > 0 } ? host : podAddress.ToString();

    private int PortOf(IntOrString? port)
    {
        if (port is not { } given)
            throw new InvalidOperationException("the probe names no port");
        if (given.IsNumber)
            return given.Number;
        return container.Ports.FirstOrDefault(declared => declared.Name == given.Text)?.Port
            ?? throw new InvalidOperationException($"the container has no port named {given.Text}");
    }
}
