using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Weft.Kubernetes.Client;
using Weft.Kubernetes.Json;
using Weft.Kubernetes.Objects;
using Weft.Runtime.Controllers;

namespace Weft.Runtime.Pods;

/// <summary>
/// Writes a pod's status whenever it differs from what was written last. Changes that come while a write is under way are written
/// together afterwards.
/// </summary>
internal sealed class PodStatusWriter(PodScope scope, Func<PodFindings> findings)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly PodServices _services = scope.Services;
    private readonly Channel<bool> _touched = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private PodStatus _written = scope.Pod.Status;

    /// <summary>Something may have changed.</summary>
    public void Touch() => _touched.Writer.TryWrite(true);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await _touched.Reader.ReadAsync(cancellationToken);
                if (!await TryWriteAsync(cancellationToken))
                {
                    await Task.Delay(RetryAfter, _services.Time, cancellationToken);
                    Touch();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The pod has ended.
        }
    }

    /// <summary>The last status of a pod that is being deleted; a failure does not matter any more.</summary>
    public Task WriteLastAsync() => TryWriteAsync(CancellationToken.None);

    private async Task<bool> TryWriteAsync(CancellationToken cancellationToken)
    {
        var pod = scope.Pod;
        var status = PodStatusBuilder.Build(pod, findings(), _written, _services.Time.GetUtcNow());
        if (StatusComparison.AreEqual(_written, status))
            return true;
        try
        {
            var written = await _services.Client.PatchAsync(KubeResources.Pods, pod.Metadata.Namespace, pod.Metadata.Name, Patch(pod, status), cancellationToken);
            _services.Cluster.Pods.NoteWritten(written);
            _written = status;
            return true;
        }
        catch (KubernetesApiException failure)
        {
            // Gone or another pod by now: the watch will say so, and there is nothing to write to.
            return failure.IsNotFound || failure.IsConflict;
        }
    }

    /// <summary>The uid makes the server refuse the patch for another pod of the same name.</summary>
    private static KubePatch Patch(Pod pod, PodStatus status)
    {
        var content = JsonSerializer.SerializeToNode(status, KubernetesJson.TypeInfo<Pod>().Options.TypeInfoOf<PodStatus>());
        return KubePatch.Merge(new JsonObject { ["metadata"] = new JsonObject { ["uid"] = pod.Metadata.Uid }, ["status"] = content }) with { Subresource = "status" };
    }
}
