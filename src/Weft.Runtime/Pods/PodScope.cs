using Weft.Kubernetes.Objects;
using Weft.Runtime.Containers;
using Weft.Runtime.Network;

namespace Weft.Runtime.Pods;

/// <summary>What the containers of one pod share: the pod as it is now, its network, its tokens and how to report a change.</summary>
internal sealed class PodScope(PodServices services, Pod pod, PodNetwork network)
{
    private readonly PodTokens _tokens = new(services.Client, pod, services.Time);
    private Pod _pod = pod;

    public PodServices Services { get; } = services;

    /// <summary>The newest version seen.</summary>
    public Pod Pod
    {
        get => Volatile.Read(ref _pod);
        set => Volatile.Write(ref _pod, value);
    }

    public PodNetwork Network { get; } = network;

    public ServiceAccountTokenProvider Tokens => _tokens.GetAsync;

    /// <summary>How long a container gets to end from now on.</summary>
    public TimeSpan Grace { get; set; } = TimeSpan.FromSeconds(pod.Spec.TerminationGracePeriodSeconds ?? 30);

    /// <summary>The pod with the address that it has here, as its containers' environment has to show it.</summary>
    public Pod Placed => Pod is var pod && pod.Status.PodIP == Network.PodAddress.ToString()
        ? pod
        : pod with { Status = pod.Status with { PodIP = Network.PodAddress.ToString(), HostIP = Services.NodeAddress.ToString() } };
}
