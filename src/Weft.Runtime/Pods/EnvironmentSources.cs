using System.Collections.Immutable;
using Weft.Kubernetes.Client;
using Weft.Kubernetes.Objects;

namespace Weft.Runtime.Pods;

/// <summary>The ConfigMaps and Secrets that a container's environment refers to, as they are now; a missing one is absent.</summary>
internal sealed record EnvironmentSources(ImmutableDictionary<string, ConfigMap> ConfigMaps, ImmutableDictionary<string, Secret> Secrets)
{
    public static EnvironmentSources Empty { get; } =
        new(ImmutableDictionary<string, ConfigMap>.Empty, ImmutableDictionary<string, Secret>.Empty);

    public static async Task<EnvironmentSources> ReadAsync(KubeClient client, string @namespace, Container container, CancellationToken cancellationToken)
    {
        var configMaps = ImmutableDictionary.CreateBuilder<string, ConfigMap>();
        foreach (var name in ConfigMapNames(container).Distinct())
        {
            if (await client.GetAsync(KubeResources.ConfigMaps, @namespace, name, cancellationToken) is { } found)
                configMaps[name] = found;
        }

        var secrets = ImmutableDictionary.CreateBuilder<string, Secret>();
        foreach (var name in SecretNames(container).Distinct())
        {
            if (await client.GetAsync(KubeResources.Secrets, @namespace, name, cancellationToken) is { } found)
                secrets[name] = found;
        }

        return new EnvironmentSources(configMaps.ToImmutable(), secrets.ToImmutable());
    }

    private static IEnumerable<string> ConfigMapNames(Container container) =>
        container.EnvFrom.Select(from => from.ConfigMapRef?.Name)
            .Concat(container.Env.Select(variable => variable.ValueFrom?.ConfigMapKeyRef?.Name))
            .OfType<string>();

    private static IEnumerable<string> SecretNames(Container container) =>
        container.EnvFrom.Select(from => from.SecretRef?.Name)
            .Concat(container.Env.Select(variable => variable.ValueFrom?.SecretKeyRef?.Name))
            .OfType<string>();
}
