using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Weft.ApiServer.Schemas.Cel;

/// <summary>A function of values; a member function has its target as first argument. Throws <see cref="CelException"/> when the arguments do not fit.</summary>
internal delegate object? CelFunction(object?[] arguments);

/// <summary>All functions by name: `name`, `.member`, `space.name`.</summary>
internal static class CelFunctions
{
    private static readonly FrozenDictionary<string, CelFunction> ByName =
        new[] { CelStandardLibrary.Functions, CelStringLibrary.Functions, CelListLibrary.Functions, CelTimeLibrary.Functions, CelNetworkLibrary.Functions, CelKubernetesLibrary.Functions }
            .SelectMany(l => l).ToFrozenDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);

    public static FrozenSet<string> Types { get; } =
        new[] { "bool", "bytes", "double", "duration", "int", "list", "map", "null_type", "string", "timestamp", "type", "uint", "optional_type" }.ToFrozenSet(StringComparer.Ordinal);

    public static CelFunction? Find(string name) => ByName.GetValueOrDefault(name);

    public static string TypeOf(object? value) => value switch
    {
        null => "null_type",
        bool => "bool",
        long => "int",
        ulong => "uint",
        double => "double",
        string => "string",
        byte[] => "bytes",
        CelList => "list",
        CelMap => "map",
        CelDuration => "google.protobuf.Duration",
        CelTimestamp => "google.protobuf.Timestamp",
        CelTypeName => "type",
        CelOptional => "optional_type",
        ICelObject other => other.TypeName,
        _ => "dyn",
    };

    /// <summary>A value as `string(value)` writes it.</summary>
    public static string Text(object? value) => value switch
    {
        string text => text,
        bool truth => truth ? "true" : "false",
        double real => real.ToString("R", CultureInfo.InvariantCulture),
        long or ulong => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        byte[] bytes => Encoding.UTF8.GetString(bytes),
        CelDuration span => CelTime.Text(span),
        CelTimestamp time => CelTime.Text(time),
        ICelObject other => other.ToString()!,
        _ => throw CelException.Conversion(TypeOf(value), "string"),
    };
}

/// <summary>A value of one of Kubernetes' libraries; its text form is ToString.</summary>
internal interface ICelObject
{
    string TypeName { get; }
}
