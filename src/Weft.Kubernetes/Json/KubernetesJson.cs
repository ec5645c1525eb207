using System.Collections;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Weft.Kubernetes.Objects;

namespace Weft.Kubernetes.Json;

/// <summary>
/// How Kubernetes objects are read and written: camel case, unknown fields ignored, what is null, default or empty not written,
/// times in RFC 3339 seconds.
/// </summary>
public static class KubernetesJson
{
    /// <summary>For the kinds of this project.</summary>
    public static JsonSerializerOptions Options { get; } = CreateOptions();

    /// <summary>
    /// The same rules for kinds of another project: its source-generated context first, then ours, so that its records can use
    /// <see cref="ObjectMeta"/> and the other types here. Take type infos from the result, never from the context's Default.
    /// </summary>
    public static JsonSerializerOptions CreateOptions(params IJsonTypeInfoResolver[] resolvers)
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            Converters = { new ArrayOrNullConverterFactory(), new TimeConverter() },
            TypeInfoResolver = JsonTypeInfoResolver.Combine([.. resolvers, KubernetesJsonContext.Default]).WithAddedModifier(LeaveOutWhatIsEmpty),
        };
        options.MakeReadOnly();
        return options;
    }

    /// <summary>The type info of a kind of this project.</summary>
    public static JsonTypeInfo<T> TypeInfo<T>() => Options.TypeInfoOf<T>();

    /// <summary>The type info under the given options. Throws NotSupportedException when no context knows the type.</summary>
    public static JsonTypeInfo<T> TypeInfoOf<T>(this JsonSerializerOptions options) => (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));

    private static void LeaveOutWhatIsEmpty(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            if (typeof(IObjectPart).IsAssignableFrom(property.PropertyType))
            {
                property.ShouldSerialize = static (_, value) => value is IObjectPart { IsAbsent: false };
            }
            else if (property.PropertyType == typeof(string) && !property.IsGetNullable)
            {
                // "" stands for absent where the type says that there is always a string.
                property.ShouldSerialize = static (_, value) => value is string { Length: > 0 };
            }
            else if (IsImmutableCollection(property.PropertyType))
            {
                property.ShouldSerialize = static (_, value) => value is ICollection { Count: > 0 };
            }
        }
    }

    private static bool IsImmutableCollection(Type type) =>
        type.IsGenericType
        && (type.GetGenericTypeDefinition() == typeof(ImmutableArray<>) || type.GetGenericTypeDefinition() == typeof(ImmutableDictionary<,>));
}
