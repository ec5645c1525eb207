using System.Collections.Immutable;
using Weft.Kubernetes.Objects;
using Weft.Runtime.Containers;
using Weft.Runtime.Logs;

namespace Weft.Runtime.Pods;

/// <summary>What one run of a container is started with.</summary>
internal static class ContainerContexts
{
    /// <summary>Resolves the environment now: ConfigMaps, Secrets and Services may have changed since the last run.</summary>
    public static async Task<ContainerContext> OfAsync(PodScope scope, Container container, ContainerLogId log, int run, CancellationToken stop)
    {
        var (pod, services) = (scope.Placed, scope.Services);
        var sources = await EnvironmentSources.ReadAsync(services.Client, pod.Metadata.Namespace ?? "", container, stop);
        var variables = ServiceVariables.For(pod, services.Cluster.Services.All());
        var environment = ContainerEnvironment.Resolve(pod, container, sources, variables).SetItem("HOSTNAME", pod.Spec.Hostname ?? pod.Metadata.Name);
        return new ContainerContext
        {
            Pod = pod,
            Container = container,
            Environment = environment,
            Command = Expanded(container.Command, environment),
            Arguments = Expanded(container.Args, environment),
            Network = scope.Network,
            Log = services.Logs.Open(log),
            Tokens = scope.Tokens,
            RestartCount = run,
        };
    }

    private static ImmutableArray<string> Expanded(ImmutableArray<string> words, ImmutableDictionary<string, string> environment) =>
        [.. words.Select(word => VariableExpansion.Expand(word, environment.GetValueOrDefault))];
}
