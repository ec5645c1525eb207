using System.Text.Json;
using Weft.Istio.Json;
using Weft.Kubernetes.Objects;

namespace Weft.Console.IstioConfig;

/// <summary>Objects of configuration as records of their kind.</summary>
internal static class TypedConfiguration
{
    /// <summary>What cannot be read in its newest version does not take part; the list of configuration still shows it.</summary>
    public static IEnumerable<T> Typed<T>(this ConfigInventory configuration, GroupVersionKind kind)
        where T : class, IKubeObject
    {
        foreach (var item in configuration.Of(kind))
        {
            if (TryRead<T>(item) is { } typed)
            {
                yield return typed;
            }
        }
    }

    private static T? TryRead<T>(UntypedObject item)
        where T : class, IKubeObject
    {
        try
        {
            return item.As<T>(IstioJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
