namespace Weft.Proxy.Listeners;

/// <summary>
/// Holds what an application sends while its sidecar still waits for its first configuration and certificate, because no container of a pod
/// waits for another. Envoy has no outbound listener at that time and connections are refused; an application that starts with a request would lose it.
/// </summary>
/// <param name="ready">Completes once, when the sidecar is ready for the first time.</param>
internal sealed class StartGate(Task ready, TimeProvider time)
{
    /// <summary>A control plane that is not there must not hold a client for longer than it would wait for a connection.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>Returns when the sidecar is ready, or after the limit.</summary>
    public ValueTask PassAsync(CancellationToken cancellationToken) => ready.IsCompletedSuccessfully ? ValueTask.CompletedTask : WaitAsync(cancellationToken);

    private async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ready.WaitAsync(Limit, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // What the sidecar has by now decides.
        }
    }
}
