using Weft.Kubernetes.Client;
using Weft.Kubernetes.Objects;

namespace Weft.Runtime.Controllers;

/// <summary>Creates and deletes the pods of a workload, tells its cache and records the Events that Kubernetes would.</summary>
internal sealed class PodControl(Cluster cluster, EventRecorder events, string component)
{
    public async Task CreateAsync(IKubeObject owner, Pod wanted, CancellationToken cancellationToken)
    {
        try
        {
            var pod = await cluster.Client.CreateAsync(KubeResources.Pods, owner.Metadata.Namespace, wanted, cancellationToken);
            cluster.Pods.NoteWritten(pod);
            events.Record(owner, EventDraft.Normal("SuccessfulCreate", $"Created pod: {pod.Metadata.Name}"), component);
        }
        catch (KubernetesApiException failure)
        {
            events.Record(owner, EventDraft.Warning("FailedCreate", $"Error creating: {failure.Message}"), component);
            throw;
        }
    }

    public async Task DeleteAsync(IKubeObject owner, Pod pod, CancellationToken cancellationToken)
    {
        await cluster.Client.DeleteAsync(KubeResources.Pods, owner.Metadata.Namespace, pod.Metadata.Name, new DeleteOptions { Uid = pod.Metadata.Uid }, cancellationToken);
        cluster.Pods.NoteDeleted(pod);
        events.Record(owner, EventDraft.Normal("SuccessfulDelete", $"Deleted pod: {pod.Metadata.Name}"), component);
    }
}
