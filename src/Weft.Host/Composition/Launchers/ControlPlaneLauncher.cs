using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Weft.ControlPlane;
using Weft.ControlPlane.GatewayDeployment;
using Weft.Kubernetes.Client;
using Weft.Runtime.Containers;

namespace Weft.Host.Composition.Launchers;

/// <summary>
/// Runs Istio's control plane image as the mesh's control plane: it listens on its pod's address with Istio's ports and on 127.0.0.1 with the mesh's.
/// </summary>
internal sealed class ControlPlaneLauncher(KubeClient kube, MeshPorts ports, TimeProvider time) : IContainerLauncher
{
    private readonly TaskCompletionSource<X509Certificate2Collection> _roots = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The mesh's root certificates; there once a control plane has run, and the same for every later one.</summary>
    public Task<X509Certificate2Collection> Roots => _roots.Task;

    public IEnumerable<string> KnownImages => ["docker.io/istio/pilot"];

    public bool CanLaunch(string image) => ImageName.Repository(image) is "docker.io/istio/pilot" or "istio/pilot";

    public async ValueTask<IRunningContainer> StartAsync(ContainerContext context, CancellationToken cancellationToken)
    {
        var pod = context.Network.PodAddress;
        var controlPlane = await ControlPlane.ControlPlane.StartAsync(
            new ControlPlaneOptions
            {
                Client = kube,
                PlaintextEndpoints = Both(pod, 15010, ports.XdsPlaintext),
                SecureEndpoints = Both(pod, 15012, ports.XdsTls),
                DebugEndpoints = Both(pod, 15014, ports.ControlPlaneMonitoring),
                InstanceName = context.Pod.Metadata.Name ?? "istiod",
                ServerNames = ["localhost", "127.0.0.1", pod.ToString()],
                GatewayDeployment = new GatewayDeploymentOptions { AllowsPrivilegedPorts = false }, // the node need not be root
                TimeProvider = time,
                LoggerFactory = new ContainerLoggers(context.Log),
            },
            cancellationToken);
        var roots = new X509Certificate2Collection();
        roots.ImportFromPem(controlPlane.RootCertificatePem);
        _roots.TrySetResult(roots);
        return new RunningService(controlPlane);
    }

    private static ImmutableArray<IPEndPoint> Both(IPAddress pod, int podPort, int port) => [new(pod, podPort), MeshPorts.Loopback(port)];
}
