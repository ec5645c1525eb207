using System.Collections.Immutable;

namespace Weft.Api.Workloads;

/// <summary>Kiali's default <c>additional_display_details</c>: an API documentation that <c>kiali.io/api-spec</c> names.</summary>
internal static class AdditionalDetails
{
    public static IEnumerable<AdditionalDetailDto> Of(ImmutableDictionary<string, string> annotations)
    {
        if (annotations.TryGetValue("kiali.io/api-spec", out var value) && value.Length > 0)
        {
            yield return new AdditionalDetailDto("API Documentation", value, annotations.GetValueOrDefault("kiali.io/api-type", ""));
        }
    }
}
