using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Weft.Kubernetes.Client;
using Weft.Kubernetes.Objects;
using Weft.Runtime.Logs;
using Weft.Runtime.Network;
using Weft.Runtime.Support;

namespace Weft.Runtime.Pods;

public sealed class EmbeddedNodeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_deployment_becomes_a_running_pod_with_an_address_of_its_own()
    {
        await using var cluster = await TestCluster.StartAsync(101);
        await cluster.StartNodeAsync();
        await cluster.CreateAsync(KubeResources.Deployments, Make.Deployment("web", 1));

        var deployment = await cluster.EventuallyAsync(KubeResources.Deployments, "web", IsComplete(1));
        Assert.Equal("True", deployment!.Status.Conditions.Single(condition => condition.Type == "Available").Status);
        var progressing = deployment.Status.Conditions.Single(condition => condition.Type == "Progressing");
        Assert.Equal("NewReplicaSetAvailable", progressing.Reason);
        Assert.Equal("1", deployment.Metadata.Annotations["deployment.kubernetes.io/revision"]);

        var pod = Assert.Single(await cluster.EventuallyPodsAsync(pods => pods.Length == 1 && pods[0].Status.Phase == "Running"));
        Assert.Equal("weft", pod.Spec.NodeName);
        Assert.StartsWith("127.101.", pod.Status.PodIP, StringComparison.Ordinal);
        Assert.All(pod.Status.Conditions, condition => Assert.Equal("True", condition.Status));
        Assert.Equal(pod.Status.PodIP, cluster.Launcher.Starts.Single().Network.PodAddress.ToString());
        Assert.Matches("^web-[a-z0-9]+-[a-z0-9]+$", pod.Metadata.Name);
    }

    [Fact]
    public async Task A_new_template_rolls_out_and_leaves_only_new_pods()
    {
        await using var cluster = await TestCluster.StartAsync(102);
        await cluster.StartNodeAsync();
        await cluster.CreateAsync(KubeResources.Deployments, Make.Deployment("web", 3));
        await cluster.EventuallyAsync(KubeResources.Deployments, "web", IsComplete(3));

        var patch = new JsonObject
        {
            ["spec"] = new JsonObject { ["template"] = new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["kubectl.kubernetes.io/restartedAt"] = "now" } } } },
        };
        await cluster.Client.PatchAsync(KubeResources.Deployments, "default", "web", KubePatch.Merge(patch), Token);

        var rolled = await cluster.EventuallyAsync(KubeResources.Deployments, "web", now => IsComplete(3)(now) && now!.Status.ObservedGeneration == 2);
        Assert.Equal("2", rolled!.Metadata.Annotations["deployment.kubernetes.io/revision"]);
        var pods = await cluster.EventuallyPodsAsync(pods => pods.Length == 3 && pods.All(pod => pod.Metadata.DeletionTimestamp is null));
        Assert.All(pods, pod => Assert.Equal("now", pod.Metadata.Annotations["kubectl.kubernetes.io/restartedAt"]));
        var sets = (await cluster.Client.ListAsync(KubeResources.ReplicaSets, "default", Token)).Items;
        Assert.Equal([0, 3], sets.Select(set => set.Spec.Replicas!.Value).Order());
    }

    [Fact]
    public async Task Scaling_down_removes_pods_and_their_objects()
    {
        await using var cluster = await TestCluster.StartAsync(103);
        await cluster.StartNodeAsync();
        await cluster.CreateAsync(KubeResources.Deployments, Make.Deployment("web", 3));
        await cluster.EventuallyAsync(KubeResources.Deployments, "web", IsComplete(3));

        var patch = new JsonObject { ["spec"] = new JsonObject { ["replicas"] = 1 } };
        await cluster.Client.PatchAsync(KubeResources.Deployments, "default", "web", KubePatch.Merge(patch), Token);
        await cluster.EventuallyAsync(KubeResources.Deployments, "web", IsComplete(1));
        await cluster.EventuallyPodsAsync(pods => pods.Length == 1);
        Assert.Equal(2, cluster.Launcher.Running.Values.Count(container => container.Completion.IsCompleted));
    }

    [Fact]
    public async Task A_container_that_keeps_failing_goes_into_CrashLoopBackOff_with_its_last_end_shown()
    {
        await using var cluster = await TestCluster.StartAsync(104);
        await cluster.StartNodeAsync();
        cluster.Launcher.Exit = static _ => 3;
        await cluster.CreateAsync(KubeResources.Pods, Make.Pod("bad", Make.Template("bad", "test/exit")));

        var pod = await cluster.EventuallyAsync(KubeResources.Pods, "bad", now => StatusOf(now)?.State?.Waiting?.Reason == "CrashLoopBackOff" && StatusOf(now)!.RestartCount >= 2);
        Assert.Equal(3, StatusOf(pod)!.LastState!.Terminated!.ExitCode);
        Assert.Equal("Running", pod!.Status.Phase);
        await Eventually.TrueAsync(async () => (await EventsAsync(cluster, "bad")).Any(item => item is { Reason: "BackOff", Count: > 1 }), () => "no counted BackOff event");
    }

    [Fact]
    public async Task A_container_that_succeeds_ends_a_pod_that_is_not_restarted()
    {
        await using var cluster = await TestCluster.StartAsync(105);
        await cluster.StartNodeAsync();
        await cluster.CreateAsync(KubeResources.Pods, Make.Pod("once", Make.Template("once", "test/exit"), spec => spec with { RestartPolicy = "Never" }));
        var pod = await cluster.EventuallyAsync(KubeResources.Pods, "once", now => now?.Status.Phase == "Succeeded");
        Assert.Equal("Completed", StatusOf(pod)!.State!.Terminated!.Reason);
        Assert.Equal("PodCompleted", pod!.Status.Conditions.Single(condition => condition.Type == "Ready").Reason);
    }

    [Fact]
    public async Task Init_containers_run_first_and_one_after_the_other()
    {
        await using var cluster = await TestCluster.StartAsync(106);
        await cluster.StartNodeAsync();
        var init = new[] { "one", "two" }.Select(name => new Container { Name = name, Image = "test/exit" });
        await cluster.CreateAsync(KubeResources.Pods, Make.Pod("staged", Make.Template("staged"), spec => spec with { InitContainers = [.. init] }));
        var pod = await cluster.EventuallyAsync(KubeResources.Pods, "staged", IsReady);
        Assert.Equal(["one", "two", "main"], cluster.Launcher.Starts.Select(start => start.Container.Name));
        Assert.All(pod!.Status.InitContainerStatuses, status => Assert.Equal("Completed", status.State!.Terminated!.Reason));
    }

    [Fact]
    public async Task An_unknown_image_is_explained_by_an_event_and_the_status()
    {
        await using var cluster = await TestCluster.StartAsync(107);
        await cluster.StartNodeAsync();
        await cluster.CreateAsync(KubeResources.Pods, Make.Pod("odd", Make.Template("odd", "docker.io/odd:1")));
        var pod = await cluster.EventuallyAsync(KubeResources.Pods, "odd", now => StatusOf(now)?.State?.Waiting?.Reason == "ImagePullBackOff");
        Assert.Contains("Known images: test/*", StatusOf(pod)!.State!.Waiting!.Message, StringComparison.Ordinal);
        await Eventually.TrueAsync(
            async () => (await EventsAsync(cluster, "odd")).Any(item => item.Reason == "Failed" && item.Message!.Contains("docker.io/odd:1 = ", StringComparison.Ordinal)),
            () => "no explaining event");
    }

    [Fact]
    public async Task A_missing_secret_keeps_the_container_waiting_until_it_is_there()
    {
        await using var cluster = await TestCluster.StartAsync(108);
        await cluster.StartNodeAsync();
        var variable = new EnvVar { Name = "PASSWORD", ValueFrom = new EnvVarSource { SecretKeyRef = new SecretKeySelector { Name = "credentials", Key = "password" } } };
        await cluster.CreateAsync(KubeResources.Pods, Make.Pod("app", Make.Template("app", container: main => main with { Env = [variable] })));
        var waiting = await cluster.EventuallyAsync(KubeResources.Pods, "app", now => StatusOf(now)?.State?.Waiting?.Reason == "CreateContainerConfigError");
        Assert.Equal("secret \"credentials\" not found", StatusOf(waiting)!.State!.Waiting!.Message);

        var secret = new Secret { Metadata = new ObjectMeta { Name = "credentials" }, Data = ImmutableDictionary<string, byte[]>.Empty.Add("password", "geheim"u8.ToArray()) };
        await cluster.CreateAsync(KubeResources.Secrets, secret);
        await cluster.EventuallyAsync(KubeResources.Pods, "app", IsReady);
        Assert.Equal("geheim", cluster.Launcher.Starts.Single().Environment["PASSWORD"]);
    }

    [Fact]
    public async Task A_readiness_probe_decides_whether_a_service_leads_to_the_pod()
    {
        await using var cluster = await TestCluster.StartAsync(109);
        await cluster.StartNodeAsync();
        var probe = new Probe { HttpGet = new HttpGetAction { Path = "/ready", Port = "http" }, PeriodSeconds = 1, FailureThreshold = 1 };
        await cluster.CreateAsync(KubeResources.Services, Make.Service("web", "web", 80, "http", "127.109.128.77"));
        await cluster.CreateAsync(KubeResources.Pods, Make.Pod("web", Make.Template("web", container: main => main with { ReadinessProbe = probe })));
        var pod = await cluster.EventuallyAsync(KubeResources.Pods, "web", IsReady);
        await cluster.EventuallyAsync(KubeResources.Endpoints, "web", now => now is { Subsets: [{ Addresses: [var address], Ports: [{ Port: 8000 }] }] } && address.Ip == pod!.Status.PodIP);

        cluster.Launcher.Running["web/main"].IsReady = false;
        await cluster.EventuallyAsync(KubeResources.Pods, "web", now => now!.Status.Conditions.Single(condition => condition.Type == "Ready").Reason == "ContainersNotReady");
        await cluster.EventuallyAsync(KubeResources.Endpoints, "web", now => now is { Subsets: [{ Addresses: [], NotReadyAddresses: [_] }] });
        await Eventually.TrueAsync(async () => (await EventsAsync(cluster, "web")).Any(item => item.Message == "Readiness probe failed: HTTP probe failed with statuscode: 503"), () => "no event");
    }

    [Fact]
    public async Task A_failed_liveness_probe_restarts_the_container()
    {
        await using var cluster = await TestCluster.StartAsync(110);
        await cluster.StartNodeAsync();
        var probe = new Probe { TcpSocket = new TcpSocketAction { Port = 9 }, PeriodSeconds = 1, FailureThreshold = 1 };
        await cluster.CreateAsync(KubeResources.Pods, Make.Pod("sick", Make.Template("sick", container: main => main with { LivenessProbe = probe })));
        var pod = await cluster.EventuallyAsync(KubeResources.Pods, "sick", now => StatusOf(now)?.RestartCount > 0);
        Assert.Equal(143, StatusOf(pod)!.LastState!.Terminated!.ExitCode);
    }

    [Fact]
    public async Task A_cluster_address_leads_to_the_ready_pods_in_turn_and_passes_half_closes()
    {
        await using var cluster = await TestCluster.StartAsync(111);
        var node = await cluster.StartNodeAsync();
        await cluster.CreateAsync(KubeResources.Services, Make.Service("web", "web", 80, 8000, "127.111.128.77"));
        await cluster.CreateAsync(KubeResources.Deployments, Make.Deployment("web", 2));
        await cluster.EventuallyAsync(KubeResources.Endpoints, "web", now => now is { Subsets: [{ Addresses.Length: 2 }] });

        var answers = new HashSet<string>();
        await Eventually.TrueAsync(
            async () =>
            {
                answers.Add((await AskAsync(IPAddress.Parse("127.111.128.77"), 80)).Split(' ')[0]);
                return answers.Count == 2;
            },
            () => string.Join(',', answers));
        Assert.All(answers, answer => Assert.StartsWith("web-", answer, StringComparison.Ordinal));
        Assert.Equal(["127.111.128.77"], (await node.NamesOf("default").ResolveAsync("web", Token)).Select(address => address.ToString()));
        Assert.Equal(["127.111.128.77"], (await node.NamesOf("other").ResolveAsync("web.default.svc.cluster.local", Token)).Select(address => address.ToString()));
    }

    [Fact]
    public async Task A_load_balancer_says_its_address_and_is_reached_there_and_at_the_node_port()
    {
        await using var cluster = await TestCluster.StartAsync(118);
        var outside = IPAddress.Parse("127.118.192.1");
        await cluster.StartNodeAsync(options => options with { LoadBalancer = new LoadBalancerPorts { Address = outside, Offset = 5 } });
        var service = Make.Service("web", "web", 80, 8000, "127.118.128.77");
        await cluster.CreateAsync(KubeResources.Services, service with { Spec = service.Spec with { Type = "LoadBalancer" } });
        await cluster.CreateAsync(KubeResources.Deployments, Make.Deployment("web", 1));
        await cluster.EventuallyAsync(KubeResources.Endpoints, "web", now => now is { Subsets: [{ Addresses.Length: 1 }] });

        var seen = await cluster.EventuallyAsync(KubeResources.Services, "web", now => now?.Status.LoadBalancer is { Ingress: [{ Ip: "127.118.192.1" }] });
        await Eventually.TrueAsync(async () => (await AskAsync(outside, 8085)).StartsWith("web-", StringComparison.Ordinal), () => "no answer at the load balancer's address");
        await Eventually.TrueAsync(async () => (await AskAsync(cluster.Network.NodeAddress, seen!.Spec.Ports[0].NodePort)).StartsWith("web-", StringComparison.Ordinal), () => "no answer at the node port");
    }

    [Fact]
    public async Task A_pod_without_a_sidecar_is_seen_under_its_own_address_by_the_pod_it_calls()
    {
        await using var cluster = await TestCluster.StartAsync(112);
        await cluster.StartNodeAsync();
        await cluster.CreateAsync(KubeResources.Services, Make.Service("web", "web", 80, 8000, "127.112.128.77"));
        await cluster.CreateAsync(KubeResources.Pods, Make.Pod("web", Make.Template("web")));
        await cluster.CreateAsync(KubeResources.Pods, Make.Pod("caller", Make.Template("caller", "test/idle", port: 0)));
        var caller = await cluster.EventuallyAsync(KubeResources.Pods, "caller", IsReady);
        await cluster.EventuallyAsync(KubeResources.Endpoints, "web", now => now is { Subsets: [{ Addresses.Length: 1 }] });

        var network = cluster.Launcher.Running["caller/main"].Context.Network;
        Assert.False(network.HasSidecar);
        string answer = "";
        await Eventually.TrueAsync(
            async () =>
            {
                await using var stream = (NetworkStream)await network.DialAsync("web.default", 80, Token);
                answer = await ExchangeAsync(stream.Socket);
                return answer.Length > 0;
            },
            () => answer);
        Assert.Equal($"web {caller!.Status.PodIP}", answer);
    }

    [Fact]
    public async Task A_pod_with_a_sidecar_listens_on_its_private_address()
    {
        await using var cluster = await TestCluster.StartAsync(113);
        await cluster.StartNodeAsync();
        var template = Make.Template("meshed", "test/idle");
        template = template with { Spec = template.Spec with { Containers = [.. template.Spec.Containers, new Container { Name = "istio-proxy", Image = "test/idle" }] } };
        await cluster.CreateAsync(KubeResources.Pods, Make.Pod("meshed", template));
        var pod = await cluster.EventuallyAsync(KubeResources.Pods, "meshed", IsReady);
        var network = cluster.Launcher.Running["meshed/main"].Context.Network;
        Assert.True(network.HasSidecar);
        Assert.Equal(pod!.Status.PodIP, network.PodAddress.ToString());
        Assert.StartsWith("127.113.64.", network.ListenAddress.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deleting_a_pod_stops_its_containers_and_removes_the_object_and_its_logs()
    {
        await using var cluster = await TestCluster.StartAsync(114);
        await cluster.StartNodeAsync();
        await cluster.CreateAsync(KubeResources.Pods, Make.Pod("short", Make.Template("short")));
        await cluster.EventuallyAsync(KubeResources.Pods, "short", IsReady);
        await cluster.Client.DeleteAsync(KubeResources.Pods, "default", "short", Token);
        await cluster.EventuallyAsync(KubeResources.Pods, "short", now => now is null);
        Assert.True(cluster.Launcher.Running["short/main"].Completion.IsCompleted);
        await Eventually.TrueAsync(() => Task.FromResult(Directory.GetDirectories(Path.Combine(cluster.Folder, "logs")).Length == 0), () => "logs are still there");
        await Eventually.TrueAsync(async () => (await EventsAsync(cluster, "short")).Any(item => item is { Reason: "Killing", Message: "Stopping container main" }), () => "no event");
    }

    [Fact]
    public async Task A_restarted_node_takes_up_its_pods_again_without_making_new_ones()
    {
        await using var cluster = await TestCluster.StartAsync(115);
        var first = await cluster.StartNodeAsync();
        await cluster.CreateAsync(KubeResources.Deployments, Make.Deployment("web", 2));
        await cluster.EventuallyAsync(KubeResources.Deployments, "web", IsComplete(2));
        var before = await cluster.EventuallyPodsAsync(pods => pods.Length == 2);
        await first.DisposeAsync();
        Assert.All(cluster.Launcher.Running.Values, container => Assert.True(container.Completion.IsCompleted));

        await cluster.StartNodeAsync();
        var after = await cluster.EventuallyPodsAsync(pods => pods.Length == 2 && pods.All(pod => IsReady(pod) && StatusOf(pod)!.RestartCount == 1));
        Assert.Equal(before.Select(pod => (pod.Metadata.Uid, pod.Status.PodIP)).Order(), after.Select(pod => (pod.Metadata.Uid, pod.Status.PodIP)).Order());
        Assert.All(after, pod => Assert.Equal("Unknown", StatusOf(pod)!.LastState!.Terminated!.Reason));
        await cluster.EventuallyAsync(KubeResources.Deployments, "web", IsComplete(2));
    }

    [Fact]
    public async Task Logs_are_read_with_timestamps_tail_previous_and_follow()
    {
        await using var cluster = await TestCluster.StartAsync(116);
        var node = await cluster.StartNodeAsync();
        await cluster.CreateAsync(KubeResources.Pods, Make.Pod("talker", Make.Template("talker")));
        await cluster.EventuallyAsync(KubeResources.Pods, "talker", IsReady);
        var query = new PodLogQuery { Namespace = "default", Pod = "talker", Container = "main" };
        Assert.Equal("main run 0\n", await LogAsync(node, query));
        Assert.Throws<LogNotFoundException>(() => node.Logs.ReadAsync(query with { Previous = true }, Token));

        var following = LogAsync(node, query with { Follow = true });
        var first = cluster.Launcher.Running["talker/main"];
        first.Context.Log.Write(Containers.ContainerStream.Stderr, "more");
        first.End(1);
        Assert.Equal("main run 0\nmore\n", await following);

        await cluster.EventuallyAsync(KubeResources.Pods, "talker", now => IsReady(now) && StatusOf(now)!.RestartCount == 1);
        Assert.Equal("main run 1\n", await LogAsync(node, query));
        Assert.Equal("more\n", await LogAsync(node, query with { Previous = true, TailLines = 1 }));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z main run 1\n$", await LogAsync(node, query with { Timestamps = true }));
        Assert.Equal("main", await LogAsync(node, query with { LimitBytes = 4 }));
    }

    [Fact]
    public async Task Stateful_sets_daemon_sets_and_jobs_run_their_pods()
    {
        await using var cluster = await TestCluster.StartAsync(117);
        await cluster.StartNodeAsync();
        await cluster.CreateAsync(KubeResources.StatefulSets, new StatefulSet
        {
            Metadata = new ObjectMeta { Name = "db" },
            Spec = new StatefulSetSpec { Replicas = 2, ServiceName = "db", Selector = new LabelSelector { MatchLabels = Make.Map(("app", "db")) }, Template = Make.Template("db") },
        });
        await cluster.CreateAsync(KubeResources.DaemonSets, new DaemonSet
        {
            Metadata = new ObjectMeta { Name = "agent" },
            Spec = new DaemonSetSpec { Selector = new LabelSelector { MatchLabels = Make.Map(("app", "agent")) }, Template = Make.Template("agent") },
        });
        var once = Make.Template("once", "test/exit");
        await cluster.CreateAsync(KubeResources.Jobs, new Job
        {
            Metadata = new ObjectMeta { Name = "once" },
            Spec = new JobSpec { Completions = 2, Template = once with { Spec = once.Spec with { RestartPolicy = "Never" } } },
        });

        await cluster.EventuallyAsync(KubeResources.StatefulSets, "db", now => now!.Status is { ReadyReplicas: 2, UpdatedReplicas: 2, CurrentReplicas: 2 });
        await cluster.EventuallyAsync(KubeResources.DaemonSets, "agent", now => now!.Status is { NumberReady: 1, NumberAvailable: 1, UpdatedNumberScheduled: 1 });
        var job = await cluster.EventuallyAsync(KubeResources.Jobs, "once", now => now!.Status.Conditions.Any(condition => condition is { Type: "Complete", Status: "True" }));
        Assert.Equal(2, job!.Status.Succeeded);
        Assert.Equal(["db-0", "db-1"], cluster.Launcher.Running.Keys.Where(name => name.StartsWith("db", StringComparison.Ordinal)).Select(name => name.Split('/')[0]).Order());
    }

    [Fact]
    public async Task Rollout_status_wait_and_restart_of_kubectl_work()
    {
        await using var cluster = await TestCluster.StartAsync(118);
        await cluster.StartNodeAsync();
        await cluster.CreateAsync(KubeResources.Deployments, Make.Deployment("web", 2));
        Assert.Contains("successfully rolled out", await Kubectl.OkAsync(cluster, "rollout", "status", "deployment/web", "--timeout=60s"), StringComparison.Ordinal);
        await Kubectl.OkAsync(cluster, "wait", "--for=condition=Available", "deployment/web", "--timeout=60s");
        await Kubectl.OkAsync(cluster, "rollout", "restart", "deployment/web");
        Assert.Contains("successfully rolled out", await Kubectl.OkAsync(cluster, "rollout", "status", "deployment/web", "--timeout=60s"), StringComparison.Ordinal);
        Assert.Contains("2/2", await Kubectl.OkAsync(cluster, "get", "deployment", "web"), StringComparison.Ordinal);
        Assert.Contains("2         <none>", await Kubectl.OkAsync(cluster, "rollout", "history", "deployment/web"), StringComparison.Ordinal);
        await Kubectl.OkAsync(cluster, "rollout", "undo", "deployment/web");
        await Kubectl.OkAsync(cluster, "scale", "--replicas=0", "deployment/web");
        await Kubectl.OkAsync(cluster, "wait", "--for=delete", "pod", "-l", "app=web", "--timeout=60s");
        Assert.Contains("weft   Ready", await Kubectl.OkAsync(cluster, "get", "nodes"), StringComparison.Ordinal);
    }

    private static async Task<string> LogAsync(EmbeddedNode node, PodLogQuery query)
    {
        using var text = new MemoryStream();
        await node.Logs.WriteAsync(query, text, Token);
        return Encoding.UTF8.GetString(text.ToArray());
    }

    private static async Task<string> AskAsync(IPAddress address, int port)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(address, port, Token);
        }
        catch (SocketException)
        {
            // Nobody listens, or what listens knows no endpoints yet.
            return "";
        }

        return await ExchangeAsync(socket);
    }

    private static async Task<string> ExchangeAsync(Socket socket)
    {
        try
        {
            await socket.SendAsync("hello"u8.ToArray(), Token);
            socket.Shutdown(SocketShutdown.Send);
            var buffer = new byte[1000];
            var count = await socket.ReceiveAsync(buffer, Token);
            return Encoding.ASCII.GetString(buffer, 0, count);
        }
        catch (SocketException)
        {
            // The endpoints are not known to the proxy yet.
            return "";
        }
    }

    private static async Task<ImmutableArray<Event>> EventsAsync(TestCluster cluster, string about) =>
        [.. (await cluster.Client.ListAsync(KubeResources.Events, "default", Token)).Items.Where(item => item.InvolvedObject.Name == about)];

    private static Func<Deployment?, bool> IsComplete(int replicas) => deployment => deployment is { Status: var status }
        && status.Replicas == replicas && status.UpdatedReplicas == replicas && status.AvailableReplicas == replicas
        && status.ObservedGeneration == deployment.Metadata.Generation
        && status.Conditions.Any(condition => condition is { Type: "Progressing", Reason: "NewReplicaSetAvailable" });

    private static bool IsReady(Pod? pod) => pod?.Status.Conditions.Any(condition => condition is { Type: "Ready", Status: "True" }) == true;

    private static ContainerStatus? StatusOf(Pod? pod) => pod?.Status.ContainerStatuses.FirstOrDefault();
}
