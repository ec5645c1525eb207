using Weft.Istio.Networking;

namespace Weft.Istio.Effective;

/// <summary>Of what a VirtualService is made: of routes of the Gateway API and of Ingresses a path prefix means whole segments; the former answer 500 where Istio's own answer 503.</summary>
public static class RouteSemantics
{
    public const string Annotation = "internal.istio.io/route-semantics";
    public const string Gateway = "gateway";
    public const string Ingress = "ingress";

    public static bool IsOfGatewayApi(VirtualService virtualService) => virtualService.Metadata.Annotations.GetValueOrDefault(Annotation) == Gateway;

    public static bool MatchesSegments(VirtualService virtualService) => virtualService.Metadata.Annotations.GetValueOrDefault(Annotation) is Gateway or Ingress;
}
