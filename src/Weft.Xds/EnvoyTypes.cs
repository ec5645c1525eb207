using System.Reflection;
using Google.Protobuf.Reflection;

namespace Weft.Xds;

/// <summary>Every message of the Envoy and Istio API that we are built with, by its name: what may stand in an Any when a configuration is written or read as JSON.</summary>
public static class EnvoyTypes
{
    public static TypeRegistry Registry { get; } = TypeRegistry.FromFiles(
    [
        // Each generated file has a class that holds its description.
        .. typeof(EnvoyTypes).Assembly.GetTypes()
            .Where(type => type.IsSealed && type.IsAbstract && type.Name.EndsWith("Reflection", StringComparison.Ordinal))
            .Select(type => type.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)?.GetValue(null))
            .OfType<FileDescriptor>(),
        Google.Protobuf.WellKnownTypes.WrappersReflection.Descriptor,
        Google.Protobuf.WellKnownTypes.StructReflection.Descriptor,
        Google.Protobuf.WellKnownTypes.DurationReflection.Descriptor,
    ]);
}
