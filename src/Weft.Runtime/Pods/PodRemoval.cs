using Weft.Kubernetes.Client;
using Weft.Kubernetes.Objects;

namespace Weft.Runtime.Pods;

/// <summary>Removes the object of a pod of which nothing is left on the node.</summary>
internal static class PodRemoval
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);
    private const int Attempts = 30;

    public static async Task RemoveAsync(PodServices services, Pod pod)
    {
        var options = new DeleteOptions { GracePeriodSeconds = 0, Uid = pod.Metadata.Uid };
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await services.Client.DeleteAsync(KubeResources.Pods, pod.Metadata.Namespace, pod.Metadata.Name, options, CancellationToken.None);
                return;
            }
            catch (KubernetesApiException failure) when (failure.IsConflict)
            {
                // Another pod has the name by now.
                return;
            }
            catch (KubernetesApiException) when (attempt < Attempts)
            {
                await Task.Delay(RetryAfter, services.Time, CancellationToken.None);
            }
        }
    }
}
