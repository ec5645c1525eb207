using System.Collections.Immutable;
using System.Text;
using Weft.Kubernetes.Objects;

namespace Weft.Runtime.Pods;

/// <summary>A container cannot be configured as its spec says; the message is the one that Kubernetes shows.</summary>
internal sealed class ContainerConfigException(string message) : Exception(message);

/// <summary>Resolves a container's environment as the kubelet does. Pure.</summary>
internal static class ContainerEnvironment
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>
    /// envFrom first, then env in order; later ones win; a value may refer to earlier ones and to the service variables. Throws
    /// <see cref="ContainerConfigException"/> for a reference to something that is not there and not optional.
    /// </summary>
    public static ImmutableDictionary<string, string> Resolve(
        Pod pod, Container container, EnvironmentSources sources, ImmutableDictionary<string, string> serviceVariables)
    {
        var result = ImmutableDictionary.CreateBuilder<string, string>();
        foreach (var from in container.EnvFrom)
            AddAll(result, from, sources);
        foreach (var variable in container.Env)
        {
            if (Value(pod, container, variable, sources, result, serviceVariables) is { } value)
                result[variable.Name] = value;
        }

        // Service variables never replace what the container says itself.
        foreach (var (name, value) in serviceVariables)
            result.TryAdd(name, value);
        return result.ToImmutable();
    }

    private static void AddAll(ImmutableDictionary<string, string>.Builder result, EnvFromSource from, EnvironmentSources sources)
    {
        if (from.ConfigMapRef is { Name: { } mapName } map)
        {
            if (sources.ConfigMaps.TryGetValue(mapName, out var found))
                Add(result, from.Prefix, found.Data);
            else if (map.Optional != true)
                throw new ContainerConfigException($"configmap \"{mapName}\" not found");
        }
        else if (from.SecretRef is { Name: { } secretName } secret)
        {
            if (sources.Secrets.TryGetValue(secretName, out var found))
                Add(result, from.Prefix, found.Data.Select(item => KeyValuePair.Create(item.Key, Utf8.GetString(item.Value))));
            else if (secret.Optional != true)
                throw new ContainerConfigException($"secret \"{secretName}\" not found");
        }
    }

    private static void Add(ImmutableDictionary<string, string>.Builder result, string? prefix, IEnumerable<KeyValuePair<string, string>> items)
    {
        foreach (var (name, value) in items)
            result[prefix + name] = value;
    }

    private static string? Value(
        Pod pod,
        Container container,
        EnvVar variable,
        EnvironmentSources sources,
        ImmutableDictionary<string, string>.Builder earlier,
        ImmutableDictionary<string, string> serviceVariables) => variable.ValueFrom switch
    {
        null => VariableExpansion.Expand(variable.Value ?? "", name => earlier.GetValueOrDefault(name) ?? serviceVariables.GetValueOrDefault(name)),
        { ConfigMapKeyRef: { } key } => ConfigMapValue(pod, key, sources),
        { SecretKeyRef: { } key } => SecretValue(pod, key, sources),
        { FieldRef: { } field } => DownwardFields.Value(pod, field.FieldPath),
        { ResourceFieldRef: { } resource } => DownwardResources.Value(pod, container, resource),
        _ => throw new ContainerConfigException($"environment variable {variable.Name} has a source that is not supported"),
    };

    private static string? ConfigMapValue(Pod pod, ConfigMapKeySelector selector, EnvironmentSources sources)
    {
        if (!sources.ConfigMaps.TryGetValue(selector.Name ?? "", out var map))
            return selector.Optional == true ? null : throw new ContainerConfigException($"configmap \"{selector.Name}\" not found");
        if (map.Data.TryGetValue(selector.Key, out var value))
            return value;
        return selector.Optional == true
            ? null
            : throw new ContainerConfigException($"couldn't find key {selector.Key} in ConfigMap {pod.Metadata.Namespace}/{selector.Name}");
    }

    private static string? SecretValue(Pod pod, SecretKeySelector selector, EnvironmentSources sources)
    {
        if (!sources.Secrets.TryGetValue(selector.Name ?? "", out var secret))
            return selector.Optional == true ? null : throw new ContainerConfigException($"secret \"{selector.Name}\" not found");
        if (secret.Data.TryGetValue(selector.Key, out var value))
            return Utf8.GetString(value);
        return selector.Optional == true
            ? null
            : throw new ContainerConfigException($"couldn't find key {selector.Key} in Secret {pod.Metadata.Namespace}/{selector.Name}");
    }
}
