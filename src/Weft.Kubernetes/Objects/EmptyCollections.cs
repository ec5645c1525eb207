using System.Collections.Immutable;

namespace Weft.Kubernetes.Objects;

/// <summary>
/// What is absent or null in JSON reads as empty. The deserializer of init properties sets every property,
/// absent ones to default, so that getters must repair it.
/// </summary>
public static class EmptyCollections
{
    public static ImmutableArray<T> OrEmpty<T>(this ImmutableArray<T> array) => array.IsDefault ? [] : array;

    public static ImmutableDictionary<string, T> OrEmpty<T>(this ImmutableDictionary<string, T>? dictionary) =>
        dictionary ?? ImmutableDictionary<string, T>.Empty;
}
