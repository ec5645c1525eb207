namespace Weft.EndToEnd.Acceptance;

/// <summary>What the slides show on Bookinfo: weights, faults, pools, outliers, tokens, and details that call a host outside.</summary>
[Collection(DemoCollection.Name)]
public sealed class BookinfoTests(DemoMesh mesh)
{
    private const string Networking = "Bookinfo/manifests-later/networking/";
    private const string Requests = "istio_requests_total";
    private const string Reviews = "http://reviews.bookinfo:9080/reviews/0";
    private const string Ratings = "http://ratings.bookinfo:9080/ratings/0";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Task<MeshPod> ProductPageAsync() => mesh.PodAsync("bookinfo", "app=productpage");

    [Fact]
    public async Task Row_104_105_109_to_115_details_calls_google_once_told_to_and_no_longer_when_told_not_to()
    {
        const string details = "http://details.bookinfo:9080/details/0";
        const string requests = "istio_requests_total";
        var page = await ProductPageAsync();
        await SetDetailsAsync("ENABLE_EXTERNAL_BOOK_SERVICE=true");
        try
        {
            await Eventually.Async(
                (await mesh.PodAsync("bookinfo", "app=details")).MetricsAsync,
                metrics => metrics.Sum("istio_tcp_connections_opened_total", ("reporter", "source"), ("destination_service_name", "PassthroughCluster")) > 0,
                Cancellation);

            // Rows 109, 110 and 113: in the clear to the sidecar, encrypted to the API, which answers.
            await using var combo = await mesh.ApplyDemoAsync("Bookinfo/manifests-later/external/googleapi-combo.yaml");
            await SetDetailsAsync("DO_NOT_ENCRYPT=true");
            var pod = await mesh.PodAsync("bookinfo", "app=details");
            await Eventually.Async(() => page.GetAsync(details), answer => answer.Body.Contains("Dover Publications", StringComparison.Ordinal), Cancellation);
            (string, string)[] google = [("reporter", "source"), ("destination_service_name", "www.googleapis.com")];
            await pod.MetricsAsync(metrics => metrics.Sum(requests, [.. google, ("response_code", "200")]) > 0);

            // Row 112: who asks too often is refused, and counted so.
            await Eventually.Async(
                async () =>
                {
                    await page.GetManyAsync(8, details);
                    return await pod.MetricsAsync();
                },
                metrics => metrics.Sum(requests, [.. google, ("response_code", "429")]) > 0,
                Cancellation);

            // Row 114: without the objects it is nobody's host.
            await combo.DisposeAsync();
            await Eventually.Async(
                async () =>
                {
                    await page.GetAsync(details);
                    return await pod.MetricsAsync();
                },
                metrics => metrics.Sum(requests, ("reporter", "source"), ("destination_service_name", "PassthroughCluster")) > 0,
                Cancellation);
        }
        finally
        {
            await SetDetailsAsync("ENABLE_EXTERNAL_BOOK_SERVICE-", "DO_NOT_ENCRYPT-");
        }

        var answer = await Eventually.Async(() => page.GetAsync(details), answer => answer.Status == 200, Cancellation);
        Assert.Contains("PublisherA", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Row_122_an_abort_answers_with_the_chosen_code()
    {
        await using var fault = await mesh.ApplyDemoAsync(Networking + "fault-injection-details-v1.yaml");
        var page = await ProductPageAsync();

        var answer = await Eventually.Async(() => page.GetAsync("http://details.bookinfo:9080/details/0"), answer => answer.Status == 555, Cancellation);

        Assert.Equal("fault filter abort", answer.Body);
        await page.MetricsAsync(metrics => metrics.Sum(Requests, ("reporter", "source"), ("response_code", "555"), ("response_flags", "FI")) > 0);
    }

    [Fact]
    public async Task Row_123_a_connection_serves_no_more_requests_than_allowed()
    {
        await using var pool = await mesh.ApplyRowAsync("123-connection-pool.yaml");
        var page = await ProductPageAsync();
        await page.GetManyAsync(10, Ratings, atOnce: 1);
        await Eventually.Async(() => CircuitBreakersAsync(page, "max_connections::100"), there => there, Cancellation);
        var before = await ConnectionsAsync(page);

        await page.GetManyAsync(100, Ratings, atOnce: 1);

        Assert.InRange(await ConnectionsAsync(page) - before, 9, 11);
    }

    [Fact]
    public async Task Row_124_an_endpoint_is_ejected_after_seven_consecutive_errors_and_is_seen_so()
    {
        await using var httpbin = await mesh.ApplyDemoInAsync("test-ext-svc", "External/manifests-later/samples/httpbin.yaml");
        await using var rule = await mesh.ApplyRowAsync("124-outlier-detection.yaml");
        var curl = await mesh.PodAsync("test-ext-svc", "app=curl");
        await Eventually.Async(() => curl.GetAsync("http://httpbin.test-ext-svc:8000/status/200"), answer => answer.Status == 200, Cancellation);

        // Seven 500s and not one more: the next call finds nobody.
        var answers = new List<Answer>();
        while (answers.Count < 7)
        {
            answers.Add(await curl.GetAsync("http://httpbin.test-ext-svc:8000/status/500"));
        }

        Assert.All(answers, answer => Assert.Equal(500, answer.Status));
        var refused = await curl.GetAsync("http://httpbin.test-ext-svc:8000/status/200");
        Assert.Equal((503, "no healthy upstream"), (refused.Status, refused.Body));
        using var admin = new HttpClient();
        var clusters = await admin.GetStringAsync(new Uri($"http://{curl.Address}:15000/clusters"), Cancellation);
        Assert.Matches(@"outbound\|8000\|\|httpbin\.test-ext-svc\.svc\.cluster\.local::[\d.]+:8080::health_flags::/failed_outlier_check", clusters);
    }

    [Fact]
    public async Task Row_125_tokens_are_verified_and_required()
    {
        using var issuer = new TokenIssuer("issuer@weft.test");
        await using var policy = await mesh.ApplyTextAsync($$"""
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata:
              name: ratings
              namespace: bookinfo
            spec:
              selector:
                matchLabels:
                  app: ratings
              jwtRules:
              - issuer: {{issuer.Name}}
                jwks: '{{issuer.Keys}}'
            """);
        var page = await ProductPageAsync();
        var stranger = ("Authorization", "Bearer " + TokenIssuer.Garble(issuer.Token("ann")));
        var invalid = await Eventually.Async(() => page.GetAsync(Ratings, stranger), answer => answer.Status == 401, Cancellation);
        Assert.Contains("Jwt", invalid.Body, StringComparison.Ordinal);
        Assert.Equal(200, (await page.GetAsync(Ratings)).Status);
        Assert.Equal(200, (await page.GetAsync(Ratings, ("Authorization", "Bearer " + issuer.Token("ann")))).Status);

        await using var require = await mesh.ApplyTextAsync($$"""
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata:
              name: ratings-token
              namespace: bookinfo
            spec:
              selector:
                matchLabels:
                  app: ratings
              rules:
              - from:
                - source:
                    requestPrincipals: ["{{issuer.Name}}/ann"]
            """);
        await Eventually.Async(() => page.GetAsync(Ratings), answer => answer.Status == 403, Cancellation);
        Assert.Equal(200, (await page.GetAsync(Ratings, ("Authorization", "Bearer " + issuer.Token("ann")))).Status);
        Assert.Equal(403, (await page.GetAsync(Ratings, ("Authorization", "Bearer " + issuer.Token("eve")))).Status);
    }

    [Fact]
    public async Task Row_125_126_mutual_tls_is_asked_for_by_mesh_namespace_and_workload()
    {
        var page = await ProductPageAsync();
        var ratings = await mesh.PodAsync("bookinfo", "app=ratings");
        var details = await mesh.PodAsync("bookinfo", "app=details");
        var cars = await mesh.PodAsync("travel-agency", "app=cars,version=v1");

        // While services migrate (PERMISSIVE) they answer to both; callers in the mesh show the certificate of their account.
        await Eventually.Async(() => InTheClearAsync(ratings), status => status == 200, Cancellation);
        await Eventually.Async(() => page.GetAsync(Ratings), answer => answer.Status == 200, Cancellation);
        var seen = await Eventually.Async(
            ratings.MetricsAsync,
            metrics => metrics.Sum(Requests, ("reporter", "destination"), ("source_workload", "productpage-v1"), ("connection_security_policy", "mutual_tls")) > 0
                && metrics.Sum(Requests, ("reporter", "destination"), ("connection_security_policy", "none")) > 0,
            Cancellation);
        Assert.Contains("spiffe://cluster.local/ns/bookinfo/sa/bookinfo-productpage", seen.Values(Requests, "source_principal"));

        await using (await PeersAsync("bookinfo", "ratings", "{selector: {matchLabels: {app: ratings}}, mtls: {mode: STRICT}}"))
        {
            await Eventually.Async(() => InTheClearAsync(ratings), status => status == 0, Cancellation);
            Assert.Equal((200, 200), (await InTheClearAsync(details), (await page.GetAsync(Ratings)).Status));
        }

        await using (await PeersAsync("bookinfo", "default", "{mtls: {mode: STRICT}}"))
        {
            await Eventually.Async(() => InTheClearAsync(details), status => status == 0, Cancellation);
            await Eventually.Async(() => InTheClearAsync(ratings), status => status == 0, Cancellation);
            Assert.Equal((200, 200), (await InTheClearAsync(cars, 8000, "/cars"), (await page.GetAsync(Ratings)).Status));
        }

        // The namespace has the last word over the mesh.
        await using (await PeersAsync("bookinfo", "default", "{mtls: {mode: PERMISSIVE}}"))
        await using (await PeersAsync("istio-system", "default", "{mtls: {mode: STRICT}}"))
        {
            await Eventually.Async(() => InTheClearAsync(cars, 8000, "/cars"), status => status == 0, Cancellation);
            Assert.Equal((200, 200), (await InTheClearAsync(details), (await page.GetAsync(Ratings)).Status));
        }

        await Eventually.Async(() => InTheClearAsync(cars, 8000, "/cars"), status => status == 200, Cancellation);
    }

    [Theory]
    [InlineData("rbac.istio.io/v1alpha1", "ServiceRole")]
    [InlineData("rbac.istio.io/v1alpha1", "ServiceRoleBinding")]
    [InlineData("authentication.istio.io/v1alpha1", "MeshPolicy")]
    public async Task Row_125_removed_kinds_name_their_successor(string apiVersion, string kind)
    {
        var answer = await Shell.KubectlWithInputAsync(mesh.Weft, $"apiVersion: {apiVersion}\nkind: {kind}\nmetadata: {{name: x}}\nspec: {{}}", Cancellation, "apply", "-f", "-");

        Assert.Equal(1, answer.ExitCode);
        Assert.Matches("AuthorizationPolicy|PeerAuthentication", answer.Error);
    }

    [Fact]
    public async Task Row_127_weights_50_25_25_and_a_misplaced_weight_is_refused_with_its_path()
    {
        await using var subsets = await mesh.ApplyDemoAsync(Networking + "destination-rule-all.yaml");
        await using var weights = await mesh.ApplyRowAsync("127-reviews-weights.yaml");
        var page = await ProductPageAsync();
        await Eventually.Async(() => SharesAsync(page, 40), shares => shares[0] > 0.35, Cancellation);

        var shares = await SharesAsync(page, 300);

        Assert.InRange(shares[0], 0.50 - 0.12, 0.50 + 0.12);
        Assert.InRange(shares[1], 0.25 - 0.10, 0.25 + 0.10);
        Assert.InRange(shares[2], 0.25 - 0.10, 0.25 + 0.10);

        var wrong = await Shell.KubectlWithInputAsync(
            mesh.Weft,
            "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: wrong, namespace: bookinfo}\nspec: {hosts: [reviews], http: [{route: [{destination: {host: reviews, subset: v1, weight: 50}}]}]}",
            Cancellation,
            "apply", "-f", "-");
        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains("spec.http[0].route[0].destination.weight", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Row_176_a_route_of_the_gateway_api_shares_between_services()
    {
        await using var versions = await mesh.ApplyDemoInAsync("bookinfo", "Bookinfo/manifests-later/bookinfo-versions.yaml");
        await using var route = await mesh.ApplyDemoInAsync("bookinfo", "Bookinfo/manifests-later/gateway-api/route-reviews-v3.yaml");
        var page = await ProductPageAsync();

        // Version 3 is the one with red stars.
        await Eventually.Async(
            () => page.GetManyAsync(12, Reviews, atOnce: 4),
            answers => answers.All(answer => answer.Body.Contains("\"color\":\"red\"", StringComparison.Ordinal) || answer.Body.Contains("\"color\": \"red\"", StringComparison.Ordinal)),
            Cancellation);
    }

    [Fact]
    public async Task Row_176_an_ingress_of_kubernetes_opens_the_gateway()
    {
        await using var ingress = await mesh.ApplyDemoInAsync("bookinfo", "Bookinfo/manifests-later/bookinfo-ingress.yaml");

        var answer = await Eventually.Async(() => Visitor.GetAsync(new Uri(mesh.Ingress, "productpage"), []), answer => answer.Status == 200, Cancellation);

        Assert.Contains("Simple Bookstore App", answer.Body, StringComparison.Ordinal);
    }

    /// <summary>Sets or removes variables of details, and waits for its new pod.</summary>
    private async Task SetDetailsAsync(params string[] variables)
    {
        await mesh.KubectlAsync(["set", "env", "deployment/details-v1", "-n", "bookinfo", .. variables]);
        await mesh.KubectlAsync("rollout", "status", "deployment/details-v1", "-n", "bookinfo", "--timeout=60s");
    }

    /// <summary>The status that a caller without a sidecar gets at a pod's own port; 0 when he is cut off. A path that is not there is an answer too.</summary>
    private static async Task<int> InTheClearAsync(MeshPod pod, int port = 9080, string path = "/health")
    {
        var answer = await Visitor.GetAsync(new Uri($"http://{pod.Address}:{port}{path}"), []);
        return answer.Status is 404 ? 200 : answer.Status;
    }

    private Task<IAsyncDisposable> PeersAsync(string @namespace, string name, string spec) => mesh.ApplyTextAsync(
        $"apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {{name: {name}, namespace: {@namespace}}}\nspec: {spec}\n");

    private static async Task<double[]> SharesAsync(MeshPod page, int calls)
    {
        var before = await page.MetricsAsync();
        await page.GetManyAsync(calls, Reviews, atOnce: 4);
        var after = await page.MetricsAsync();
        double[] counts = [.. new[] { "v1", "v2", "v3" }.Select(version => Count(after, version) - Count(before, version))];
        return [.. counts.Select(count => count / counts.Sum())];
    }

    private static double Count(ProxyMetrics metrics, string version) =>
        metrics.Sum(Requests, ("reporter", "source"), ("destination_service_name", "reviews"), ("destination_version", version));

    private static async Task<bool> CircuitBreakersAsync(MeshPod pod, string line) =>
        (await ClusterLinesAsync(pod)).Any(each => each.EndsWith(line, StringComparison.Ordinal));

    /// <summary>Connections that the pod's proxy has opened to ratings so far.</summary>
    private static async Task<int> ConnectionsAsync(MeshPod pod) =>
        (await ClusterLinesAsync(pod)).Where(line => line.Contains("::cx_total::", StringComparison.Ordinal)).Sum(line => int.Parse(line.Split("::")[^1], System.Globalization.CultureInfo.InvariantCulture));

    private static async Task<string[]> ClusterLinesAsync(MeshPod pod)
    {
        using var admin = new HttpClient();
        var text = await admin.GetStringAsync(new Uri($"http://{pod.Address}:15000/clusters"), Cancellation);
        return [.. text.Split('\n').Where(line => line.StartsWith("outbound|9080||ratings.bookinfo.svc.cluster.local::", StringComparison.Ordinal))];
    }
}
