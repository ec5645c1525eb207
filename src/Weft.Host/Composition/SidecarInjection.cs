using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Weft.ApiServer.Admission;
using Weft.ControlPlane.Injection;
using Weft.Kubernetes.Client;
using Weft.Kubernetes.Objects;

namespace Weft.Host.Composition;

/// <summary>Istio's injection as an admission plug-in: pods that are created in the mesh get their sidecar.</summary>
internal sealed class SidecarInjection : IAdmissionPlugin
{
    private KubeClient? _kube;

    public string Name => "sidecar-injector.istio.io";

    /// <summary>Gives the plug-in its way to read namespaces, which exists only once the API server runs.</summary>
    public void Connect(KubeClient kube) => Volatile.Write(ref _kube, kube);

    public async ValueTask<AdmissionResponse> AdmitAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (request is not { Operation: "CREATE", Group: "", Resource: "pods", Subresource: "", Object: { } pod } || Volatile.Read(ref _kube) is not { } kube)
        {
            return AdmissionResponse.Allow;
        }

        var @namespace = await kube.GetAsync(KubeResources.Namespaces, null, request.Namespace, cancellationToken);
        var labels = @namespace?.Metadata.Labels ?? ImmutableDictionary<string, string>.Empty;
        return SidecarInjector.Inject((JsonObject)pod.DeepClone(), new InjectionNamespace(request.Namespace, labels), await MeshInjection.ReadAsync(kube, cancellationToken)) is { } injected
            ? new AdmissionResponse { PatchedObject = injected }
            : AdmissionResponse.Allow;
    }
}
