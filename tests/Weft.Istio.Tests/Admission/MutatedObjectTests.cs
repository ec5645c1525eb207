using System.Text.Json.Nodes;

namespace Weft.Istio.Admission;

/// <summary>Recorded objects that istiod accepts, each with one value after the other replaced by what does not belong there.</summary>
public sealed class MutatedObjectTests
{
    [Fact]
    public void A_mutated_object_gets_a_verdict_and_what_is_let_pass_can_be_read()
    {
        var admission = new IstioAdmission();
        var reviewed = 0;
        foreach (var recorded in RecordedVerdict.OfWebhook.Where(each => each.Verdict != "reject"))
        {
            var group = recorded.Item["apiVersion"]!.GetValue<string>().Split('/')[0];
            var kind = recorded.Item["kind"]!.GetValue<string>();
            foreach (var spec in Mutations.Of(recorded.Item["spec"]))
            {
                var item = (JsonObject)recorded.Item.DeepClone();
                item["spec"] = spec;
                var verdict = admission.Review(group, kind, item);
                Assert.Equal(verdict.IsAllowed, verdict.Message.Length == 0);
                Assert.True(!verdict.IsAllowed || Readability.Problem(kind, item) is null, $"{recorded.Name}: {spec?.ToJsonString()}");
                reviewed++;
            }
        }

        Assert.InRange(reviewed, 1000, int.MaxValue);
    }

    [Theory]
    [InlineData("VirtualService", """{"hosts":["a"],"http":[{"route":[{"destination":{"host":"a"},"weight":-3000000000}]}]}""", "weight -3000000000 < 0")]
    [InlineData("DestinationRule", """{"host":"a","trafficPolicy":{"outlierDetection":{"consecutive5xxErrors":9999999999}}}""", "spec.trafficPolicy.outlierDetection.consecutive5xxErrors: ")]
    public void A_number_of_more_than_32_bits_is_refused(string kind, string spec, string part)
    {
        var verdict = new IstioAdmission().Review(
            "networking.istio.io", kind, new JsonObject { ["metadata"] = new JsonObject { ["name"] = "x" }, ["spec"] = JsonNode.Parse(spec) });

        Assert.False(verdict.IsAllowed);
        Assert.Contains(part, verdict.Message, StringComparison.Ordinal);
    }
}
