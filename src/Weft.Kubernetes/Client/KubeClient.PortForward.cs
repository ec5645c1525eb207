using System.Globalization;
using System.Net.WebSockets;
using Weft.Kubernetes.Objects;
using Weft.Kubernetes.PortForward;

namespace Weft.Kubernetes.Client;

/// <summary>Connections to pods, through the API server.</summary>
public sealed partial class KubeClient
{
    /// <summary>
    /// Connects to a port on which the pod listens, on its loopback address too. The stream's owner disposes it; that the pod refused the port shows
    /// as an IOException of its first read. Needs the right to get and create <c>pods/portforward</c>.
    /// </summary>
    public async Task<Stream> PortForwardAsync(string @namespace, string pod, int port, CancellationToken cancellationToken)
    {
        var path = new QueryString(KubeResources.Pods.Path(@namespace, pod, "portforward")).Add("ports", port.ToString(CultureInfo.InvariantCulture));
        var address = new UriBuilder(new Uri(_http.BaseAddress!, path.ToString()));
        address.Scheme = address.Scheme == Uri.UriSchemeHttps ? Uri.UriSchemeWss : Uri.UriSchemeWs;
        using var limit = new CancellationTokenSource(Options.RequestTimeout, Options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.AddSubProtocol(PortForwardStream.Protocol);
            socket.Options.CollectHttpResponseDetails = true;
            await socket.ConnectAsync(address.Uri, _http, either.Token);
            return new PortForwardStream(socket);
        }
        catch (Exception failure) when (failure is WebSocketException or OperationCanceledException or KubeconfigException)
        {
            using (socket)
            {
                throw Refusal(socket, $"pods/{pod}", failure, cancellationToken);
            }
        }
    }

    private Exception Refusal(ClientWebSocket socket, string target, Exception failure, CancellationToken cancellationToken) => failure switch
    {
        _ when cancellationToken.IsCancellationRequested => new OperationCanceledException(failure.Message, failure, cancellationToken),
        OperationCanceledException => KubernetesApiException.TimedOut(Options.Server, Options.RequestTimeout, failure),
        KubeconfigException => new KubernetesApiException(new Status { Outcome = "Failure", Reason = "NoCredentials", Message = failure.Message }, failure),
        // A refused upgrade has a status, but its body is not given out.
        _ when (int)socket.HttpStatusCode >= 300 => new KubernetesApiException(
            new Status { Outcome = "Failure", Code = (int)socket.HttpStatusCode, Reason = socket.HttpStatusCode.ToString(), Message = $"port-forward to {target} was refused with {(int)socket.HttpStatusCode} {socket.HttpStatusCode}" },
            failure),
        _ => KubernetesApiException.Unreachable(Options.Server, failure.InnerException ?? failure),
    };
}
