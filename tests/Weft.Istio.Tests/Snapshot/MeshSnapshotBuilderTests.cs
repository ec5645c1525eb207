using System.Collections.Immutable;
using Weft.Istio.Effective;
using Weft.Istio.Security;
using Weft.Kubernetes.Objects;

namespace Weft.Istio.Snapshot;

public sealed class MeshSnapshotBuilderTests
{
    [Fact]
    public void A_service_has_its_endpoints_with_the_workloads_behind_them()
    {
        var snapshot = MeshSnapshotBuilder.Build(Cars());

        var service = Assert.Single(snapshot.ServicesOf("cars.travel-agency.svc.cluster.local"));
        var endpoint = Assert.Single(service.Endpoints);
        Assert.Equal(("127.1.0.7", 8000, "cars-v1", "cars"), (endpoint.Address, endpoint.Port, endpoint.WorkloadName, endpoint.Canonical.Name));
        Assert.True(endpoint.AcceptsMutualTls);
        Assert.Equal("cars", Assert.Single(snapshot.InstancesAt("127.1.0.7")).Service.Name);
        Assert.Equal("cars-v1-abc-1", snapshot.PodAt("127.1.0.7")!.Metadata.Name);
    }

    [Fact]
    public void The_oldest_policy_of_the_narrowest_level_decides()
    {
        var objects = Cars() with
        {
            PeerAuthentications =
            [
                Policy("istio-system", "mesh", "STRICT", 1),
                Policy("travel-agency", "b", "DISABLE", 2),
                Policy("travel-agency", "a", "PERMISSIVE", 3),
            ],
        };
        var labels = ImmutableDictionary<string, string>.Empty.Add("app", "cars");

        Assert.Equal(MutualTlsMode.Disable, EffectiveTls.For(MeshSnapshotBuilder.Build(objects), "travel-agency", labels).Workload);
        Assert.Equal(MutualTlsMode.Strict, EffectiveTls.For(MeshSnapshotBuilder.Build(objects), "travel-portal", labels).Workload);
        Assert.Equal(MutualTlsMode.Permissive, EffectiveTls.For(MeshSnapshotBuilder.Build(Cars()), "travel-portal", labels).Workload);
    }

    private static PeerAuthentication Policy(string @namespace, string name, string mode, int second) => new()
    {
        Metadata = new ObjectMeta { Namespace = @namespace, Name = name, CreationTimestamp = DateTimeOffset.UnixEpoch.AddSeconds(second) },
        Spec = new PeerAuthenticationSpec { Mtls = new MutualTlsSettings { Mode = mode } },
    };

    private static MeshObjects Cars() => new()
    {
        Services =
        [
            new Service
            {
                Metadata = new ObjectMeta { Namespace = "travel-agency", Name = "cars" },
                Spec = new ServiceSpec { ClusterIP = "127.1.128.1", Ports = [new ServicePort { Name = "http", Port = 8000 }] },
            },
        ],
        Pods =
        [
            new Pod
            {
                Metadata = new ObjectMeta
                {
                    Namespace = "travel-agency",
                    Name = "cars-v1-abc-1",
                    Labels = ImmutableDictionary<string, string>.Empty.Add("app", "cars").Add("pod-template-hash", "abc").Add("security.istio.io/tlsMode", "istio"),
                    OwnerReferences = [new OwnerReference { ApiVersion = "apps/v1", Kind = "ReplicaSet", Name = "cars-v1-abc", Controller = true }],
                },
                Status = new PodStatus { PodIP = "127.1.0.7", Phase = "Running" },
            },
        ],
        EndpointSlices =
        [
            new EndpointSlice
            {
                Metadata = new ObjectMeta { Namespace = "travel-agency", Name = "cars-1", Labels = ImmutableDictionary<string, string>.Empty.Add("kubernetes.io/service-name", "cars") },
                Endpoints = [new Endpoint { Addresses = ["127.1.0.7"], TargetRef = new ObjectReference { Kind = "Pod", Name = "cars-v1-abc-1", Namespace = "travel-agency" } }],
                Ports = [new EndpointPort { Name = "http", Port = 8000 }],
            },
        ],
    };
}
